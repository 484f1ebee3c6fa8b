package dev.holdfast.testing;

import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.HistoryItem.Kind;
import java.util.List;

/**
 * A history as lines of text. Those that tests compare have no times and no numbers, and leave out what does not change
 * what happened: that a signal came before it was taken, and attempts that a crash has cut off. Immutable.
 */
record HistoryLines(List<HistoryItem> items) {
    /** The lines that tests compare. */
    List<String> compared() {
        return items.stream()
                .filter(item -> !isCutOff(item) && !isSettled(item))
                .map(HistoryLines::line)
                .toList();
    }

    /** The lines for people, with everything. */
    List<String> full() {
        return items.stream().map(HistoryLines::fullLine).toList();
    }

    private static String line(HistoryItem item) {
        String name = switch (item.kind()) {
            case STEP -> "step " + item.name();
            case SIGNAL -> "signal " + item.name();
            case CHILD -> item.name().startsWith("child:") ? "end of a child" : "child " + item.name();
            case MARKER -> "marker " + item.name();
            case TIMER, DECISION -> item.name();
        };
        return (item.branch().isEmpty() ? "" : "branch " + item.branch() + ": ") + name + " " + item.state();
    }

    private static String fullLine(HistoryItem item) {
        String attempt = item.attempt() > 1 ? ", attempt " + item.attempt() : "";
        String error = item.error()
                .map(failure -> ": " + failure.type() + ": " + failure.message())
                .orElse("");
        return "%4d  %s  %s%s%s".formatted(item.seq(), item.startedAt(), line(item), attempt, error);
    }

    /** Whether a crash has cut off this attempt, because there is another one. */
    private boolean isCutOff(HistoryItem item) {
        return item.kind() == Kind.STEP
                && item.state().equals("started")
                && items.stream()
                        .anyMatch(other -> other.kind() == Kind.STEP
                                && other.idempotencyKey().equals(item.idempotencyKey())
                                && other.attempt() > item.attempt());
    }

    /** Whether a later line says what became of this signal, or wait for a signal. */
    private boolean isSettled(HistoryItem item) {
        return item.kind() == Kind.SIGNAL
                && items.stream().anyMatch(other -> other.kind() == Kind.SIGNAL && settles(other, item));
    }

    private static boolean settles(HistoryItem other, HistoryItem item) {
        boolean taken = other.state().equals("taken");
        return switch (item.state()) {
            case "received" -> taken && other.idempotencyKey().equals(item.idempotencyKey());
            case "awaited" ->
                (taken || other.state().equals("timed-out"))
                        && other.seq() > item.seq()
                        && other.name().equals(item.name())
                        && other.branch().equals(item.branch());
            default -> false;
        };
    }
}
