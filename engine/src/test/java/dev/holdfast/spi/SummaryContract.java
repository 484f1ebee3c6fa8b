package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.completed;
import static dev.holdfast.spi.Writes.creation;
import static dev.holdfast.spi.Writes.failed;
import static dev.holdfast.spi.Writes.intent;
import static dev.holdfast.spi.Writes.labelled;
import static dev.holdfast.spi.Writes.parked;
import static dev.holdfast.spi.Writes.succeeded;
import static dev.holdfast.spi.Writes.undo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One workflow as readers see it; also in a list. */
public interface SummaryContract extends StoreFixture {
    /** Of {@code find}, and the same in a list. */
    private static WorkflowSummary summary(WrittenWorkflow workflow) {
        WorkflowSummary found = workflow.summary();
        assertThat(workflow.store().admin().list(WorkflowFilter.newest(500)).items())
                .contains(found);
        return found;
    }

    @Test
    default void aQueuedOneHasWhatItWasAcceptedWith() {
        StoreNode node = start();
        Map<String, String> labels = IntStream.range(0, 20)
                .boxed()
                .collect(Collectors.toMap(i -> "label " + i + " größe \"'\\", i -> "v".repeat(199) + i % 10));
        WrittenWorkflow workflow = WrittenWorkflow.accepted(node, labelled("orders", labels));
        WorkflowSummary summary = summary(workflow);
        assertThat(summary.id()).isEqualTo(workflow.id());
        assertThat(summary.type()).isEqualTo("orders");
        assertThat(summary.version()).isEqualTo(1);
        assertThat(summary.status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(summary.labels()).isEqualTo(labels);
        assertThat(summary.updatedAt()).isEqualTo(summary.createdAt());
        assertThat(summary.startedAt()).isEmpty();
        assertThat(summary.finishedAt()).isEmpty();
        assertThat(summary.owner()).contains(node.ownership().node());
        assertThat(summary.attempt()).isZero();
        assertThat(summary.waitingFor()).isEmpty();
        assertThat(summary.lastError()).isEmpty();
        assertThat(summary.deadLetter()).isEmpty();
    }

    @Test
    default void aRunningOneHasStarted() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), intent(0, 2), intent(0, 3));
        workflow.mailbox()
                .hold(new WorkflowWrite.Outcome(
                        Position.main(0), 3, WorkflowWrite.Outcome.State.SUCCEEDED, new byte[] {'1'}, null));
        workflow.commit(intent(1, 2));
        WorkflowSummary summary = summary(workflow);
        assertThat(summary.status()).isEqualTo(WorkflowStatus.RUNNING);
        assertThat(summary.startedAt()).contains(workflow.log().getFirst().at());
        assertThat(summary.updatedAt()).isEqualTo(workflow.log().getLast().at());
        assertThat(summary.finishedAt()).isEmpty();
        assertThat(summary.attempt()).isEqualTo(2);
        assertThat(summary.waitingFor()).isEmpty();
        assertThat(summary.lastError()).isEmpty();
    }

    @Test
    default void aCompletedOneHasNoOwner() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0));
        workflow.mailbox().hold(succeeded(0));
        workflow.commit(completed());
        WorkflowSummary summary = summary(workflow);
        assertThat(summary.status()).isEqualTo(WorkflowStatus.COMPLETED);
        Instant end = workflow.log().getLast().at();
        assertThat(summary.finishedAt()).contains(end);
        assertThat(summary.updatedAt()).isEqualTo(end);
        assertThat(summary.owner()).isEmpty();
        assertThat(summary.attempt()).isEqualTo(1);
        assertThat(summary.waitingFor()).isEmpty();
        assertThat(summary.deadLetter()).isEmpty();
    }

    @Test
    default void oneThatEndedWithoutAnyStepIsCompleted() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(completed());
        assertThat(summary(workflow).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(summary(workflow).attempt()).isZero();
    }

    @Test
    default void aFailedOneShowsTheErrorOfItsEnd() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), failed("nobody approved"));
        WorkflowSummary summary = summary(workflow);
        assertThat(summary.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(summary.lastError()).contains(new Failure("java.io.IOException", "nobody approved"));
        assertThat(summary.finishedAt()).isPresent();
    }

    @Test
    default void oneThatBacksOffWaitsForItsRetry() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0));
        workflow.mailbox().hold(failed(0, 1, "no answer", Duration.ofMinutes(5)));
        workflow.commit(WorkflowWrite.Unloading.waiting(new Wait.Retry("step-0"), Duration.ofMinutes(5)));
        WorkflowSummary summary = summary(workflow);
        assertThat(summary.status()).isEqualTo(WorkflowStatus.WAITING);
        WorkflowSummary.Waiting waiting = summary.waitingFor().orElseThrow();
        assertThat(waiting.kind() + " " + waiting.name()).isEqualTo("retry step-0");
        Instant failedAt = workflow.log().getLast().at();
        assertThat(Duration.between(failedAt, waiting.until().orElseThrow()))
                .isBetween(Duration.ofMinutes(5), Duration.ofMinutes(5).plusSeconds(10));
        assertThat(summary.lastError()).contains(new Failure("java.io.IOException", "no answer"));
        assertThat(summary.attempt()).isEqualTo(1);
        workflow.commit(new WorkflowWrite.Loading(0, 2), intent(0, 2));
        assertThat(summary(workflow).waitingFor()).isEmpty();
        assertThat(summary(workflow).attempt()).isEqualTo(2);
    }

    @Test
    default void aParkedOneThatWasLoadedToNoEffectHasItsDeadLetterStill() {
        StoreNode node = start();
        WrittenWorkflow workflow =
                WrittenWorkflow.running(node).commit(intent(0)).commit(parked(0, "no answer"));
        WorkflowSummary before = summary(workflow);
        workflow.commit(new WorkflowWrite.Loading(0, 2));
        workflow.commit(WorkflowWrite.Unloading.parked());
        WorkflowSummary after = summary(workflow);
        assertThat(after.status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
        assertThat(after.deadLetter()).isEqualTo(before.deadLetter()).isPresent();
        assertThat(after.lastError()).isEqualTo(before.lastError());
        assertThat(node.store().due(Duration.ofDays(1), 10)).isEmpty();
    }

    @Test
    default void aParkedOneIsDeadLettered() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0, 3));
        workflow.mailbox().hold(failed(0, 3, "no answer", null));
        workflow.commit(parked(0, "no answer at all"));
        WorkflowSummary summary = summary(workflow);
        assertThat(summary.status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
        assertThat(summary.deadLetter()).isPresent();
        assertThat(summary.lastError()).contains(new Failure("java.io.IOException", "no answer at all"));
        assertThat(summary.finishedAt()).isEmpty();
        assertThat(summary.waitingFor()).isEmpty();
        assertThat(summary.attempt()).isEqualTo(3);
    }

    @Test
    default void deadLettersHaveIdsOfTheirOwn() {
        StoreNode node = start();
        WrittenWorkflow one = WrittenWorkflow.running(node).commit(parked(0, "no"));
        WrittenWorkflow other = WrittenWorkflow.running(node).commit(parked(0, "no"));
        assertThat(one.summary().deadLetter()).isNotEqualTo(other.summary().deadLetter());
    }

    @Test
    default void oneThatUndoesIsCompensating() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), undo(1, 0));
        assertThat(summary(workflow).status()).isEqualTo(WorkflowStatus.COMPENSATING);
        workflow.mailbox().hold(succeeded(1));
        workflow.commit(failed("undone"));
        assertThat(summary(workflow).status()).isEqualTo(WorkflowStatus.FAILED);
    }

    @Test
    default void oneWhoseUndoFailsIsDeadLettered() {
        WrittenWorkflow workflow = WrittenWorkflow.running(start()).commit(intent(0), undo(1, 0), parked(1, "no"));
        assertThat(summary(workflow).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
    }

    @Test
    default void theUndoOfPositionZeroCounts() {
        WrittenWorkflow workflow =
                WrittenWorkflow.accepted(start(), creation(true)).commit(undo(0, 0));
        assertThat(summary(workflow).status()).isEqualTo(WorkflowStatus.COMPENSATING);
        assertThat(workflow.load().status()).isEqualTo(WorkflowStatus.COMPENSATING);
    }
}
