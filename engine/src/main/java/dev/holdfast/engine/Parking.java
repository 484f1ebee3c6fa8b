package dev.holdfast.engine;

import dev.holdfast.Failure;
import dev.holdfast.Text;
import dev.holdfast.spi.DeadLetter;
import dev.holdfast.DeadLetterSummary.Cause;
import dev.holdfast.spi.Entry.Intent;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.StoredWorkflow;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Writes the dead letters. */
final class Parking {
    private static final int STACK_MAX = 16_000;

    private Parking() {}

    /** A step that cannot go on. */
    static DeadLetter of(Cause cause, Work<?> work, Intent intent, Throwable thrown) {
        return of(cause, work, intent, Failure.of(thrown), stack(thrown));
    }

    /** As above, with what the log has of the failure. */
    static DeadLetter of(Cause cause, Work<?> work, Intent intent, Failure recorded) {
        return of(cause, work, intent, recorded, "");
    }

    private static DeadLetter of(Cause cause, Work<?> work, Intent intent, Failure failure, String stack) {
        boolean compensation = work.undoes() != Intent.UNDOES_NOTHING;
        Cause shown = compensation && cause != Cause.UNDECODABLE ? Cause.COMPENSATION_FAILED : cause;
        return new DeadLetter(
                shown, work.step().name(), work.position(), intent.idempotencyKey(), intent.attempt(), failure, stack);
    }

    /** Its process ended under it again and again; the step is the last one that was started. */
    static DeadLetter poison(StoredWorkflow stored, int loads) {
        Intent last = stored.log().reversed().stream()
                .map(LogRow::event)
                .filter(Intent.class::isInstance)
                .map(Intent.class::cast)
                .findFirst()
                .orElse(null);
        Failure failure = new Failure(
                "dev.holdfast.Poison",
                "its process ended " + loads + " times while it was loaded, without progress in between: see the logs"
                        + " of those processes, mend the step, then retry");
        return new DeadLetter(
                Cause.POISON,
                last == null ? null : last.name(),
                last == null ? -1 : last.position(),
                last == null ? null : last.idempotencyKey(),
                last == null ? 0 : last.attempt(),
                failure,
                "");
    }

    /** Something that left the workflow's own code; {@code last} is the position it had come to. */
    static DeadLetter of(Cause cause, int last, Throwable thrown) {
        return new DeadLetter(cause, null, last, null, 0, Failure.of(thrown), stack(thrown));
    }

    /** The code asks for another step than the log has. */
    static DeadLetter mismatch(Work<?> work, History.Recorded recorded) {
        return mismatch(
                work.position(),
                quoted(recorded.name(), recorded.undoes()),
                quoted(work.step().name(), work.undoes()));
    }

    /** The code ended before the log does. */
    static DeadLetter endedEarly(int positions, History.Recorded recorded) {
        return mismatch(positions, quoted(recorded.name(), recorded.undoes()), "the end of the workflow");
    }

    private static DeadLetter mismatch(int position, String expected, String found) {
        String message = "at position " + position + " the log has " + expected + ", the code asks for " + found
                + ": bring back the code that this workflow was started with, or register the change as a new version";
        Failure failure = new Failure("dev.holdfast.HistoryMismatch", message);
        return new DeadLetter(Cause.HISTORY_MISMATCH, null, position, null, 0, failure, "");
    }

    private static String quoted(String name, int undoes) {
        return "step \"" + name + "\"" + (undoes == Intent.UNDOES_NOTHING ? "" : " undoing position " + undoes);
    }

    private static String stack(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return Text.storable(text.toString(), STACK_MAX);
    }
}
