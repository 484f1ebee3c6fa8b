package dev.holdfast.engine.execution;

import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.RecordedCall;
import dev.holdfast.spi.ParkingReason;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Code that goes on in another way than the log. Makes the dead letter: its message says what was expected and found,
 * its stack shows the calls around. Immutable.
 *
 * @param history of the branch
 * @param call the first one that differs; the code and the log agree before it
 * @param recorded what the log has there, in the words of a message
 * @param found what the code does there, in the words of a message
 */
record HistoryMismatch(BranchHistory history, Call call, String recorded, String found) {
    /** The calls that are shown before, and behind, the one that differs. */
    private static final int AROUND = 4;

    private static final String REMEDY =
            ": bring back the code that this workflow was started with, then retry; or call the new way only where"
                    + " ctx.changed(\"…\") says so, then retry; begin large changes as a new version";
    private static final String CAUSES = "If nobody has changed the code, it is not deterministic: look between the"
            + " calls for the clock, random values, the order of a HashMap or HashSet, static or shared state, files,"
            + " the environment, and threads.";

    /** For a call of which the log has another, or none before later ones. */
    static ParkingReason at(BranchHistory history, Call call, String found) {
        RecordedCall there = history.at(call.index());
        return of(history, call, there == null ? "nothing, and later calls" : there.description(), found);
    }

    /** For a call of which the log has {@code recorded}. */
    static ParkingReason of(BranchHistory history, Call call, String recorded, String found) {
        return new HistoryMismatch(history, call, recorded, found).reason();
    }

    private ParkingReason reason() {
        String message = "at call " + call.position() + " the log has " + recorded + ", but the code has " + found
                + hint() + REMEDY;
        Failure failure = new Failure("dev.holdfast.HistoryMismatch", message);
        return DeadLetterFactory.between(Cause.HISTORY_MISMATCH, call, failure, calls());
    }

    private String hint() {
        for (int i = call.index() + 1; i <= call.index() + AROUND; i++) {
            RecordedCall later = history.at(i);
            if (later != null && later.description().equals(found)) {
                return " (which the log has at call " + i + ": were calls removed or reordered?)";
            }
        }
        return "";
    }

    private String calls() {
        String branch = call.position().branch();
        StringBuilder text = new StringBuilder("Calls of ")
                .append(branch.isEmpty() ? "the main branch" : "branch " + branch)
                .append(", the same in the history and in the code up to the one marked with >:\n");
        for (int i = Math.max(0, call.index() - AROUND); i < call.index(); i++) {
            line(text, ' ', i, recorded(history.at(i)));
        }
        line(text, '>', call.index(), "history: " + recorded);
        text.append("        code:    ").append(found).append('\n');
        for (int i = call.index() + 1; i <= call.index() + AROUND && history.isReplayed(i); i++) {
            RecordedCall later = history.at(i);
            if (later != null) {
                line(text, ' ', i, "history: " + later.description());
            }
        }
        return text.append(CAUSES).toString();
    }

    private static void line(StringBuilder text, char mark, int index, String call) {
        text.append(mark)
                .append(String.format(Locale.ROOT, "%5d", index))
                .append("  ")
                .append(call)
                .append('\n');
    }

    private static String recorded(@Nullable RecordedCall call) {
        return call == null ? "a call without a record" : call.description();
    }
}
