package dev.holdfast.engine.execution;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.engine.history.BranchHistory;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stop that was delivered at a call, and is thrown once the branches or the child of that call have ended. Immutable.
 */
record PendingStop(
        @Nullable Cancellation cancelled, @Nullable DeadlineExceeded exceeded) {
    /** Delivers a stop that the log has at this call, or that is due; null if there is none. */
    static @Nullable PendingStop at(Call call, BranchHistory history, Stops stops) {
        try {
            stops.atCall(call, history);
            return null;
        } catch (Cancellation e) {
            return new PendingStop(e, null);
        } catch (DeadlineExceeded e) {
            return new PendingStop(null, e);
        }
    }

    /** Whether it is the deadline. */
    boolean isDeadline() {
        return exceeded != null;
    }

    /** Throws it. */
    RuntimeException rethrow() {
        if (cancelled != null) {
            throw cancelled;
        }
        throw Objects.requireNonNull(exceeded);
    }
}
