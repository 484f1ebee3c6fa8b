package dev.holdfast.spi;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The reason for which a workflow was parked: the content of its dead letter. Made by the engine; immutable.
 *
 * @param step the name of the step at which it stopped; null if it did not stop at a step
 * @param position the last call that the code made; null if it made none
 * @param stepNumber the number of that step, or of the last one before, as users see it; -1 before the first
 * @param stack at most {@link #STACK_MAX} characters
 */
public record ParkingReason(
        DeadLetter.Cause cause,
        @Nullable String step,
        @Nullable Position position,
        int stepNumber,
        @Nullable UUID idempotencyKey,
        int attempts,
        Failure failure,
        String stack) {
    /** The longest stack. */
    public static final int STACK_MAX = 16_000;

    /** The reason of a workflow whose code has called nothing but steps. */
    public ParkingReason(
            DeadLetter.Cause cause,
            @Nullable String step,
            @Nullable Position position,
            @Nullable UUID idempotencyKey,
            int attempts,
            Failure failure,
            String stack) {
        this(cause, step, position, position == null ? -1 : position.index(), idempotencyKey, attempts, failure, stack);
    }

    /**
     * Whether the code cannot be run to cancel the workflow: it ends processes or does not fit into one, or the cancel
     * would hide that a step may have run.
     */
    public boolean refusesCancel() {
        return switch (cause) {
            case POISON, HISTORY_LIMIT, IN_DOUBT -> true;
            case RETRIES_EXHAUSTED,
                    NON_RETRYABLE,
                    HISTORY_MISMATCH,
                    UNDECODABLE,
                    UNKNOWN_DEFINITION,
                    DEADLINE,
                    COMPENSATION_FAILED -> false;
        };
    }

    /** Returns a copy without free text, for a store that refuses the full one. */
    public ParkingReason minimal(String reason) {
        return new ParkingReason(
                cause,
                null,
                position,
                stepNumber,
                idempotencyKey,
                attempts,
                new Failure("dev.holdfast.RecordRefused", reason),
                "");
    }
}
