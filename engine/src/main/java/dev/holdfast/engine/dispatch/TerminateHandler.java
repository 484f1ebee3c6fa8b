package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Terminates a workflow: it ends at once, and no code of it runs. */
final class TerminateHandler extends ActionHandler {
    TerminateHandler(Store store) {
        super(store);
    }

    @Override
    void whenLoaded(Execution execution, OperatorAction action) {
        CompletableFuture<Void> unused =
                execution.terminate(cancelled(action), Answered.applied(action, WorkflowStatus.CANCELLED));
    }

    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        return end(action, cancelled(action));
    }
}
