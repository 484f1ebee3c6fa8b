package dev.holdfast.engine.replay;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.engine.history.History;
import dev.holdfast.engine.history.RecordedCall;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether code has followed a history: it has made every recorded call, and has stopped where the history stops.
 * Immutable.
 *
 * @param events what the code would write next, when no thread of it could go on
 * @param waits what it waits for otherwise
 */
record ReplayVerdict(HistoryPrefix prefix, History history, List<HistoryEvent> events, List<String> waits) {
    /** What is wrong; empty if the code has followed the history. */
    Optional<String> difference() {
        return mismatch().or(this::leftOver).or(this::exception).or(this::otherEnd);
    }

    private Optional<ParkingReason> parking() {
        return events.stream()
                .filter(HistoryEvent.Parked.class::isInstance)
                .map(event -> ((HistoryEvent.Parked) event).reason())
                .findFirst();
    }

    /** Code that makes other calls, or whose types do not fit the values. */
    private Optional<String> mismatch() {
        return parking()
                .filter(reason -> reason.cause() == Cause.HISTORY_MISMATCH || reason.cause() == Cause.UNDECODABLE)
                .map(ReplayVerdict::text);
    }

    private static String text(ParkingReason reason) {
        String place = reason.position() == null ? "before its first call" : "at call " + reason.position();
        String stack = reason.stack().isBlank() ? "" : "\n" + reason.stack().strip();
        return reason.cause() + " " + place + ": " + reason.failure().message() + stack;
    }

    /** Records that the code does not come to. */
    private Optional<String> leftOver() {
        return history.unreached().stream()
                .filter(this::mustBeReached)
                .findFirst()
                .map(position -> {
                    RecordedCall call = history.branch(position.branch()).at(position.index());
                    return "at call " + position + " the log has "
                            + (call == null ? "a cancel or the deadline" : call.description())
                            + ", but the code does not come to it: it " + stopped();
                });
    }

    /** A branch that parks the workflow may be faster than others, which then come no further. */
    private boolean mustBeReached(Position position) {
        return parking()
                .map(ParkingReason::position)
                .filter(parked -> !parked.branch().equals(position.branch())
                        && !parked.branch().startsWith(position.branch() + ".")
                        && !position.isMain())
                .isEmpty();
    }

    /** An exception that production did not record: the workflow would be parked by the new code. */
    private Optional<String> exception() {
        return parking()
                .filter(reason -> reason.step() == null && reason.cause() == Cause.NON_RETRYABLE)
                .filter(reason -> !reason.failure().type().equals(DeadlineExceeded.class.getName())) // the log has it
                .filter(reason -> !prefix.isParkedAs(Cause.NON_RETRYABLE))
                .map(reason -> "the code throws an exception that the log does not have: " + text(reason));
    }

    private Optional<String> otherEnd() {
        return prefix.endByCode()
                .filter(ended -> events.stream()
                        .noneMatch(
                                event -> event instanceof HistoryEvent.Ended other && other.status() == ended.status()))
                .map(ended -> "the log ends with " + ended.status() + ", but the code " + stopped());
    }

    /** What the code does in place of what is expected. */
    private String stopped() {
        String next = events.stream().map(ReplayVerdict::next).collect(Collectors.joining("; "));
        return next.isEmpty() ? "waits for " + String.join(", ", waits) : next;
    }

    private static String next(HistoryEvent event) {
        return switch (event) {
            case HistoryEvent.Ended ended -> "ends with " + ended.status();
            case HistoryEvent.Parked parked -> "is parked as " + text(parked.reason());
            case HistoryEvent.Intent intent ->
                "runs attempt " + intent.attempt() + " of step \"" + intent.name() + "\"" + at(intent.position());
            case HistoryEvent.ChildStarted child -> "starts \"" + child.definition() + "\"" + at(child.position());
            case HistoryEvent.Decision decision ->
                "records " + decision.getClass().getSimpleName() + at(decision.position());
            default -> "records " + event.getClass().getSimpleName();
        };
    }

    private static String at(Position position) {
        return " at call " + position;
    }
}
