package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a cancel to the code of a workflow at its next call, once, after it is recorded; or else its deadline. Used
 * by the workflow's thread; other threads call only {@link #request}.
 */
final class CancelDelivery {
    private final WorkflowLog log;
    private final ExecutionState state;
    private final DeadlineDelivery deadline;
    private volatile @Nullable OperatorAction requested;
    private @Nullable OperatorAction loadedFor;
    private volatile @Nullable Cancellation delivered;

    CancelDelivery(WorkflowLog log, ExecutionState state, DeadlineDelivery deadline) {
        this.log = log;
        this.state = state;
        this.deadline = deadline;
    }

    /** Requests the cancel for which the workflow is loaded. Called before its thread starts. */
    void loadedToCancel(OperatorAction action) {
        loadedFor = action;
        requested = action;
    }

    /** Requests a cancel at the next call; if one was delivered before, only replies. Called by any thread. */
    void request(OperatorAction action) {
        if (delivered == null) {
            requested = action;
            state.wake();
        } else {
            CompletableFuture<Void> unused = log.reply(Answered.applied(action, WorkflowStatus.COMPENSATING));
        }
    }

    /** Whether a cancel is requested, and not delivered. */
    boolean isRequested() {
        return requested != null && delivered == null;
    }

    /**
     * Throws if the log has a cancel or the deadline at this call. If the call is cancellable, delivers a requested
     * cancel, or the deadline once it has passed.
     */
    void atCall(Call call, BranchHistory history) {
        if (history.isCancelledAt(call.index())) {
            throw replay();
        }
        if (call.isCancellable() && history.deadlineAt(call.index()) == null) {
            deliverAt(call.position());
        }
        deadline.atCall(call, history);
    }

    /** Whether {@link #atCall} would deliver a cancel that is requested now. */
    boolean isDueAt(Call call) {
        return call.isCancellable() && isRequested();
    }

    /** Delivers the requested cancel, if there is one, at this call: records it, then throws it. */
    private void deliverAt(Position position) {
        OperatorAction action = requested;
        if (action != null && delivered == null) {
            log.record(
                    new HistoryEvent.Cancelled(position, action.ref()),
                    Answered.applied(action, WorkflowStatus.COMPENSATING));
            requested = null;
            throw replay();
        }
    }

    /** Delivers a cancel that the log has; returns the error to throw. */
    private Cancellation replay() {
        Cancellation thrown = new Cancellation();
        delivered = thrown;
        log.beginCompensation();
        OperatorAction again = requested;
        requested = null;
        if (again != null) {
            request(again);
        }
        return thrown;
    }

    /**
     * Called when the workflow is parked. Refuses the cancel for which it was loaded if that was not delivered. A
     * cancel that was requested later is decided when the workflow has left this process.
     */
    void parked() {
        OperatorAction action = loadedFor;
        if (action != null && delivered == null) {
            CompletableFuture<Void> unused = log.reply(Answered.refused(action, WorkflowStatus.DEAD_LETTERED));
        }
    }

    /**
     * The error that each call of a cancelled workflow throws, except in a compensation; empty before a cancel was
     * delivered.
     */
    Optional<Cancellation> delivered() {
        return Optional.ofNullable(delivered);
    }
}
