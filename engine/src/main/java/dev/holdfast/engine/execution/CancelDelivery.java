package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a cancel to the code of a workflow: at its next call, once, recorded before the code sees it. Used by the
 * workflow's thread; {@link #request} by others.
 */
final class CancelDelivery {
    private final WorkflowLog log;
    private final ExecutionState state;
    private volatile @Nullable OperatorAction requested;
    private @Nullable OperatorAction loadedFor;
    private volatile @Nullable Cancellation delivered;

    CancelDelivery(WorkflowLog log, ExecutionState state) {
        this.log = log;
        this.state = state;
    }

    /** Before its thread starts: the workflow is loaded only to be cancelled. */
    void loadedToCancel(OperatorAction action) {
        loadedFor = action;
        requested = action;
    }

    /** From another thread: deliver this cancel at the next call; after the first cancel only reply to it. */
    void request(OperatorAction action) {
        if (delivered == null) {
            requested = action;
            state.wake();
        } else {
            CompletableFuture<Void> unused = log.reply(Answered.applied(action, WorkflowStatus.COMPENSATING));
        }
    }

    /** Whether a cancel waits for the next call. */
    boolean isRequested() {
        return requested != null;
    }

    /** Records that the requested cancel reaches the code at this call, and throws it; nothing without a request. */
    void deliverAt(Position position) {
        OperatorAction action = requested;
        if (action != null && delivered == null) {
            log.record(
                    new HistoryEvent.Cancelled(position, action.ref()),
                    Answered.applied(action, WorkflowStatus.COMPENSATING));
            requested = null;
            throw replay();
        }
    }

    /** Cancels as the log says; returns the error to throw. */
    Cancellation replay() {
        Cancellation thrown = new Cancellation();
        delivered = thrown;
        OperatorAction again = requested;
        requested = null;
        if (again != null) {
            request(again);
        }
        return thrown;
    }

    /**
     * The workflow is parked. A cancel that it was loaded for and that reached no call is refused; one that was
     * requested later is decided when the workflow has left this process.
     */
    void parked() {
        OperatorAction action = loadedFor;
        if (action != null && delivered == null) {
            CompletableFuture<Void> unused = log.reply(Answered.refused(action, WorkflowStatus.DEAD_LETTERED));
        }
    }

    /**
     * The error that every call of a cancelled workflow throws, except in a compensation; empty before the cancel
     * reached the code.
     */
    Optional<Cancellation> delivered() {
        return Optional.ofNullable(delivered);
    }
}
