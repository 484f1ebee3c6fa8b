package dev.holdfast.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Await;
import dev.holdfast.json.JacksonCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A workflow with a start of its own is due then, and not before, whatever happens to it meanwhile. */
public interface DelayContract extends StoreFixture {
    private static KeyedSubmission startingAt(Instant start, String key) {
        byte[] input = "{}".getBytes(UTF_8);
        return new KeyedSubmission(
                "orders",
                key,
                new JacksonCodec().digest(input),
                new WorkflowWrite.Creation("orders", 1, Map.of(), input, false, null, null, null, null, start),
                new JacksonCodec());
    }

    private static Instant in(StoreNode node, Duration time) {
        return node.ownership().now().plus(time).truncatedTo(ChronoUnit.MILLIS);
    }

    @Test
    default void itIsShownWithItsStartAndFoundByIt() {
        StoreNode node = start();
        Instant start = in(node, Duration.ofDays(10));
        SubmissionResult delayed = node.admit(startingAt(start, "later"));
        node.admit(startingAt(start.minus(Duration.ofDays(20)), "past"));
        WorkflowSummary summary = node.store().find(delayed.key()).orElseThrow();
        assertThat(summary.status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(summary.startedAt()).isEmpty();
        assertThat(summary.waitingFor().orElseThrow().kind()).isEqualTo("timer");
        assertThat(summary.waitingFor().orElseThrow().until()).contains(start);
        assertThat(node.store()
                        .admin()
                        .list(WorkflowFilter.newest(10).waitingFor("timer"))
                        .items())
                .extracting(WorkflowSummary::id)
                .containsExactly(delayed.id());
        assertThat(node.due(10)).hasSize(1).doesNotContain(delayed.key());
    }

    @Test
    default void itIsDueAtItsStart() {
        StoreNode node = start();
        SubmissionResult soon = node.admit(startingAt(in(node, Duration.ofMillis(300)), "soon"));
        assertThat(node.due(10)).isEmpty();
        Await.until("it is due", () -> node.due(10).contains(soon.key()));
    }

    @Test
    default void neitherASignalNorAPauseMakesItStartEarlier() {
        StoreNode node = start();
        Instant start = in(node, Duration.ofDays(10));
        SubmissionResult delayed = node.admit(startingAt(start, "later"));
        WrittenWorkflow workflow =
                new WrittenWorkflow(node.store(), delayed.key(), node.store().mailbox(delayed.key(), 0));
        workflow.commit(new HistoryEvent.SignalReceived(UUID.randomUUID(), "go", "1".getBytes(UTF_8), Instant.now()));
        assertThat(node.due(10)).isEmpty();
        OperatorAction pause = action(delayed, ActionKind.PAUSE);
        workflow.decide(new HistoryEvent.Paused(pause.ref()), pause, WorkflowStatus.PAUSED);
        assertThat(workflow.summary().waitingFor()).isEmpty();
        OperatorAction resume = action(delayed, ActionKind.RESUME);
        workflow.decide(new HistoryEvent.Resumed(resume.ref()), resume, WorkflowStatus.QUEUED);
        assertThat(node.due(10)).isEmpty();
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(workflow.summary().waitingFor().orElseThrow().until()).contains(start);
    }

    private static OperatorAction action(SubmissionResult workflow, ActionKind kind) {
        return OperatorAction.of(workflow.key(), kind, workflow.id(), 0, ActionOptions.because("why"));
    }

    @Test
    default void aPauseThatOutlivesTheStartEndsInAWorkflowThatIsDue() {
        StoreNode node = start();
        SubmissionResult soon = node.admit(startingAt(in(node, Duration.ofMillis(100)), "soon"));
        WrittenWorkflow workflow =
                new WrittenWorkflow(node.store(), soon.key(), node.store().mailbox(soon.key(), 0));
        OperatorAction pause = action(soon, ActionKind.PAUSE);
        workflow.decide(new HistoryEvent.Paused(pause.ref()), pause, WorkflowStatus.PAUSED);
        Instant passed = in(node, Duration.ofMillis(200));
        Await.until("its start has passed", () -> node.ownership().now().isAfter(passed));
        assertThat(node.due(10)).isEmpty();
        OperatorAction resume = action(soon, ActionKind.RESUME);
        workflow.decide(new HistoryEvent.Resumed(resume.ref()), resume, WorkflowStatus.QUEUED);
        assertThat(node.due(10)).containsExactly(soon.key());
        assertThat(workflow.summary().waitingFor()).isEmpty();
    }
}
