package dev.holdfast.spi;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Why a workflow was parked, whole. Made by the engine; immutable.
 *
 * @param step the name of the step it stopped at, null where it is none
 * @param position the position of that step, -1 where it is none
 * @param stack at most 16,000 characters
 */
public record ParkingReason(
        DeadLetter.Cause cause,
        @Nullable String step,
        int position,
        @Nullable UUID idempotencyKey,
        int attempts,
        Failure failure,
        String stack) {

    /** The same without free text, for when the whole cannot be stored. */
    public ParkingReason minimal(String reason) {
        return new ParkingReason(
                cause, null, position, idempotencyKey, attempts, new Failure("dev.holdfast.RecordRefused", reason), "");
    }
}
