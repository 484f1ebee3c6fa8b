package dev.holdfast.spi;

import static dev.holdfast.spi.Writes.intent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A paused workflow is found by nobody, and nothing that arrives makes it due. */
public interface PauseContract extends StoreFixture {
    private static OperatorAction action(WrittenWorkflow workflow, ActionKind kind) {
        return OperatorAction.of(workflow.key(), kind, workflow.id(), 0, ActionOptions.because("why"));
    }

    private static WrittenWorkflow paused(StoreNode node) {
        WrittenWorkflow workflow = WrittenWorkflow.running(node).commit(intent(0));
        OperatorAction pause = action(workflow, ActionKind.PAUSE);
        return workflow.decide(new HistoryEvent.Paused(pause.ref()), pause, WorkflowStatus.PAUSED);
    }

    @Test
    default void aPausedOneStandsStillUntilItIsResumed() {
        StoreNode node = start();
        WrittenWorkflow workflow = paused(node);
        workflow.commit(new HistoryEvent.SignalReceived(UUID.randomUUID(), "go", "1".getBytes(UTF_8), Instant.now()));
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(workflow.summary().waitingFor()).isEmpty();
        assertThat(node.due(10)).isEmpty();
        assertThat(node.interrupted(null, 10)).isEmpty();
        assertThat(node.store()
                        .admin()
                        .list(WorkflowFilter.newest(10).statuses(WorkflowStatus.PAUSED))
                        .items())
                .extracting(WorkflowSummary::id)
                .containsExactly(workflow.id());
        assertThat(workflow.load().isPaused()).isTrue();
        OperatorAction resume = action(workflow, ActionKind.RESUME);
        workflow.decide(new HistoryEvent.Resumed(resume.ref()), resume, WorkflowStatus.QUEUED);
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(workflow.load().isPaused()).isFalse();
        assertThat(node.due(10)).containsExactly(workflow.key());
    }

    /** As when its process died between that and the cancel for which it was loaded. */
    @Test
    default void oneThatIsLoadedAndPausedAgainStandsStill() {
        StoreNode node = start();
        WrittenWorkflow workflow = paused(node);
        workflow.commit(new WorkflowWrite.Loading(0, 1));
        assertThat(workflow.load().isPaused()).isTrue();
        workflow.commit(WorkflowWrite.Unloading.paused());
        assertThat(workflow.summary().status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(node.due(10)).isEmpty();
        assertThat(node.interrupted(null, 10)).isEmpty();
    }
}
