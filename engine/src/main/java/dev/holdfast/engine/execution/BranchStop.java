package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent.BranchStopped;
import dev.holdfast.spi.HistoryEvent.BranchStopped.Why;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Delivers to a branch that its join stops it. The join requests it, on any thread. */
final class BranchStop implements Stops {
    private final WorkflowLog log;
    private final Waits waits;
    private final Thread thread;
    private volatile @Nullable Why requested;
    private @Nullable Cancellation delivered;
    private int deliveredAt;
    private @Nullable BodyCall body;

    /** For a branch that runs on the calling thread. */
    BranchStop(Execution execution) {
        this.log = execution.log();
        this.waits = execution.waits();
        this.thread = Thread.currentThread();
    }

    /** Requests a stop at the next call; the first request counts. If it has lost, interrupts a body. */
    void request(Why why) {
        synchronized (this) {
            if (requested != null) {
                return;
            }
            requested = why;
            if (why == Why.LOST && body != null) {
                body.interrupt();
            }
        }
        waits.wake(thread);
    }

    @Override
    public void atCall(Call call, BranchHistory history) {
        if (history.isBranchStoppedAt(call.index())) {
            throw deliver(call, history.stopped());
        }
        Why why = requested;
        if (why != null && delivered == null && call.isCancellable() && history.stopped() == null) {
            log.hold(new BranchStopped(call.position(), why));
            throw deliver(call, why);
        }
    }

    private Cancellation deliver(Call call, @Nullable Why why) {
        deliveredAt = call.index();
        requested = why;
        delivered = new Cancellation();
        return delivered;
    }

    @Override
    public boolean isDueAt(Call call) {
        return call.isCancellable() && requested != null && delivered == null;
    }

    /** Whether the deadline has stopped the branch, and it has made calls since: an undo, or an action at its exit. */
    boolean hasActedSinceDeadline(Call next) {
        return delivered != null && requested == Why.DEADLINE && next.index() > deliveredAt + 1;
    }

    @Override
    public boolean isLost() {
        return requested == Why.LOST;
    }

    @Override
    public Optional<Cancellation> delivered() {
        return Optional.ofNullable(delivered);
    }

    @Override
    public Why why() {
        Why why = requested;
        return why == null ? Why.LOST : why;
    }

    @Override
    public void bodyBegins(BodyCall begun) {
        synchronized (this) {
            body = begun;
            if (isLost()) {
                begun.interrupt();
            }
        }
    }

    @Override
    public synchronized void bodyEnded() {
        body = null;
    }
}
