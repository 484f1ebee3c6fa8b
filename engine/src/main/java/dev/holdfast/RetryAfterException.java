package dev.holdfast;

import dev.holdfast.admin.DurationText;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a step's body to say when it can be called again, such as what an HTTP server has sent as
 * {@code Retry-After}. It is a failed attempt, which counts for the budget of the {@link RetryPolicy}; this wait takes
 * the place of its back-off, whatever error types the policy retries. Immutable.
 *
 * <pre>{@code
 * ctx.run("ask", step -> {
 *     throw new RetryAfterException(Duration.ofSeconds(30), "the bank is busy");
 * });
 * }</pre>
 */
public class RetryAfterException extends HoldfastException {
    /** The longest wait: an outside system must not put a workflow to sleep for longer. */
    public static final Duration LONGEST = Duration.ofDays(1);

    private static final long serialVersionUID = 1L;

    private final Duration after;

    /** Made by a step's body. See {@link #RetryAfterException(Duration, String, Throwable)}. */
    public RetryAfterException(Duration after, String message) {
        this(after, message, null);
    }

    /**
     * Made by a step's body. The message is stored and shown, the cause is not.
     *
     * @param after the wait, from the time at which the failure is recorded, by the clock of the database; a negative
     *     one counts as none, and one over {@link #LONGEST} as that
     */
    public RetryAfterException(Duration after, String message, @Nullable Throwable cause) {
        super(message + " (to be called again in " + DurationText.of(within(after)) + ")", cause);
        this.after = within(after);
    }

    private static Duration within(Duration after) {
        if (after.isNegative()) {
            return Duration.ZERO;
        }
        return after.compareTo(LONGEST) > 0 ? LONGEST : after;
    }

    /** Returns the wait, 0 to {@link #LONGEST}. */
    public Duration after() {
        return after;
    }
}
