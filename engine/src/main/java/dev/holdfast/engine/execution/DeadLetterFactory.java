package dev.holdfast.engine.execution;

import dev.holdfast.UndecodableException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.ThrowableText;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.StoredWorkflow;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the dead letters: the reasons for which workflows are parked. Stateless. */
public final class DeadLetterFactory {
    private DeadLetterFactory() {}

    /** For a step that cannot continue. */
    static ParkingReason of(Cause cause, StepCall<?> call, Intent intent, Throwable thrown) {
        return of(cause, call, intent, Failure.of(thrown), stack(thrown));
    }

    /** For a step that cannot continue, with the failure from the log. */
    static ParkingReason of(Cause cause, StepCall<?> call, Intent intent, Failure recorded) {
        return of(cause, call, intent, recorded, "");
    }

    /** The failure of an attempt that its process did not survive, or that has lost its workflow. */
    static Failure doubt(Intent intent) {
        return new Failure(
                "dev.holdfast.InDoubt",
                "the body may have run: its process ended, or its node lost the workflow, before the outcome was"
                        + " recorded. Look for idempotency key " + intent.idempotencyKey()
                        + " in the system that it calls. If the effect is not there, retry with runAgainAnyway;"
                        + " if it is, discard");
    }

    private static ParkingReason of(Cause cause, StepCall<?> call, Intent intent, Failure failure, String stack) {
        Cause shown = call.isCompensation() && cause != Cause.UNDECODABLE ? Cause.COMPENSATION_FAILED : cause;
        return new ParkingReason(
                shown,
                call.step().name(),
                call.position(),
                call.call().stepNumber(),
                intent.idempotencyKey(),
                intent.attempt(),
                failure,
                stack);
    }

    /** For a workflow that was loaded when several processes ended; the step is the last one that was started. */
    public static ParkingReason poison(StoredWorkflow stored, int loads) {
        return unread(
                Cause.POISON,
                stored,
                new Failure(
                        "dev.holdfast.Poison",
                        "its process ended " + loads + " times while it was loaded, without progress in between: see"
                                + " the logs of those processes, fix the step, then retry"));
    }

    /** For a workflow that is larger than all memory for workflows; the step is the last one that was started. */
    public static ParkingReason historyLimit(StoredWorkflow stored, long bytes, long most) {
        return unread(
                Cause.HISTORY_LIMIT,
                stored,
                new Failure(
                        "dev.holdfast.HistoryLimit",
                        "its input and history have " + bytes + " bytes, and this node has room for " + most
                                + ": give the nodes a larger heap or loadedMaxBytes, then retry; or discard it"));
    }

    private static ParkingReason unread(Cause cause, StoredWorkflow stored, Failure failure) {
        Intent last = stored.lastIntent().orElse(null);
        return new ParkingReason(
                cause,
                last == null ? null : last.name(),
                last == null ? null : last.position(),
                last == null ? -1 : last.stepNumber(),
                last == null ? null : last.idempotencyKey(),
                last == null ? 0 : last.attempt(),
                failure,
                "");
    }

    /** For a workflow whose version was not registered in time; the step is the last one that was started. */
    public static ParkingReason unknownDefinition(StoredWorkflow stored, Duration waited) {
        String message = "definition " + stored.definition() + " version " + stored.version()
                + " was not registered on the owner of the workflow for " + waited.toDays()
                + " days: start a node that registers it, then retry";
        return unread(Cause.UNKNOWN_DEFINITION, stored, new Failure("dev.holdfast.UnknownDefinition", message));
    }

    /** For an exception that left the workflow's code; {@code last} is its last call, null before the first. */
    static ParkingReason of(Cause cause, @Nullable Call last, Throwable thrown) {
        return between(cause, last, Failure.of(thrown), stack(thrown));
    }

    /** For an exception that left the code of a branch, and is no end that it may have. */
    static ParkingReason leaving(Throwable thrown, @Nullable Call last) {
        return of(thrown instanceof UndecodableException ? Cause.UNDECODABLE : Cause.NON_RETRYABLE, last, thrown);
    }

    /** For what is found between steps; {@code last} is the last call, null before the first. */
    static ParkingReason between(Cause cause, @Nullable Call last, Failure failure, String stack) {
        return new ParkingReason(
                cause,
                null,
                last == null ? null : last.position(),
                last == null ? -1 : last.stepNumber(),
                null,
                0,
                failure,
                stack);
    }

    private static String stack(Throwable thrown) {
        return ThrowableText.stack(thrown, ParkingReason.STACK_MAX);
    }
}
