package dev.holdfast.engine.execution;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent.DeadlinePassed;
import dev.holdfast.spi.Position;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the deadline of a workflow to its code at the first call behind it, once, after it is recorded. Used by the
 * workflow's thread, but for {@link #actedOn}.
 */
final class DeadlineDelivery {
    /** What a due time loses when it is stored in milliseconds. */
    private static final Duration ROUNDING = Duration.ofNanos(999_999);

    private final WorkflowLog log;
    private final WorkflowIdentity workflow;
    /** {@link Deadline#NONE} once it is delivered. */
    private Deadline deadline;

    private @Nullable Position deliveredAt;
    private volatile boolean actedOn;

    DeadlineDelivery(WorkflowLog log, WorkflowIdentity workflow, Deadline deadline) {
        this.log = log;
        this.workflow = workflow;
        this.deadline = deadline;
    }

    /** Throws if the log has the deadline at this call, or it has passed and the call is cancellable. */
    void atCall(Call call, BranchHistory history) {
        Instant recorded = history.deadlineAt(call.index());
        if (recorded != null) {
            throw exceeded(call.position(), recorded);
        }
        Instant time = deadline.time();
        if (time != null && deadline.isPassed() && call.isCancellable()) {
            log.record(new DeadlinePassed(call.position(), time));
            throw exceeded(call.position(), time);
        }
    }

    /** No call will get it any more: a cancel was delivered. So it wakes the workflow no more. */
    void drop() {
        deadline = Deadline.NONE;
    }

    private DeadlineExceeded exceeded(Position position, Instant time) {
        deadline = Deadline.NONE;
        deliveredAt = position;
        return new DeadlineExceeded(workflow.id(), time);
    }

    /** The time after which a workflow that waits at this call must run; null if it waits for a message alone. */
    @Nullable
    Duration limit(Call call, @Nullable Duration wait) {
        Duration left = call.isCancellable() ? deadline.left() : null;
        if (left == null || wait != null && wait.compareTo(left) <= 0) {
            return wait;
        }
        return left.isNegative() ? Duration.ZERO : left.plus(ROUNDING);
    }

    /**
     * The time after which it has passed without any doubt for a call that waits in memory; null if it has none, or if
     * the call is not in the main branch, where the deadline is delivered.
     */
    @Nullable
    Duration passesIn(Call call) {
        Duration left = call.isCancellable() && call.position().isMain() ? deadline.left() : null;
        return left == null ? null : left.plus(deadline.error());
    }

    /** The deadline, unless it was delivered; null if there is none. */
    @Nullable
    Instant time() {
        return deadline.time();
    }

    /** A branch that it stopped has made calls since. */
    void actedOn() {
        actedOn = true;
    }

    /** Whether a retry can make this call again, because it was delivered there and nothing was called since. */
    boolean mayBeClearedAt(@Nullable Call call) {
        return call != null && call.position().equals(deliveredAt) && !actedOn;
    }
}
