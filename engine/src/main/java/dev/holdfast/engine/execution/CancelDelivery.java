package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.BranchStopped.Why;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Delivers a cancel to the main branch of a workflow at its next call, once, after it is recorded; or else the
 * deadline. Used by the thread of that branch; other threads call only {@link #request}, and {@link #parked} if their
 * branch parks the workflow.
 */
final class CancelDelivery implements Stops {
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
    void loadedToCancel(OperatorAction action, boolean isParked) {
        if (isParked) {
            state.openLetter();
        }
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

    /** Throws also the deadline: if the log has it at this call, or once it has passed. */
    @Override
    public void atCall(Call call, BranchHistory history) {
        if (history.isCancelledAt(call.index())) {
            throw replay();
        }
        // In place of a deadline behind which the code has done nothing: such a workflow may be parked by it.
        if (call.isCancellable() && (history.deadlineAt(call.index()) == null || !history.isPast(call.index()))) {
            deliverAt(call.position());
        }
        deadline.atCall(call, history);
    }

    @Override
    public boolean isDueAt(Call call) {
        return call.isCancellable() && isRequested();
    }

    @Override
    public boolean isLost() {
        return false;
    }

    @Override
    public Why why() {
        return Why.CANCELLED;
    }

    /** A cancel interrupts no body. */
    @Override
    public void bodyBegins(BodyCall body) {}

    @Override
    public void bodyEnded() {}

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
        deadline.drop();
        log.beginCompensation();
        OperatorAction again = requested;
        requested = null;
        if (again != null) {
            request(again);
        }
        return thrown;
    }

    /**
     * Called when the workflow leaves parked. Refuses the cancel for which it was loaded if that was not delivered. A
     * cancel that was requested later is decided when the workflow has left this process.
     */
    void parked() {
        OperatorAction action = loadedFor;
        if (action != null && delivered == null) {
            CompletableFuture<Void> unused = log.reply(Answered.refused(action, WorkflowStatus.DEAD_LETTERED));
        }
    }

    @Override
    public Optional<Cancellation> delivered() {
        return Optional.ofNullable(delivered);
    }
}
