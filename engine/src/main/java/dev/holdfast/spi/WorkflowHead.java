package dev.holdfast.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a workflow's log: enough to decide on an action without reading the log. Made by the store; immutable.
 *
 * @param lastSeq the seq of the last record
 * @param lastEvent the record of the last event that was not only received, without an outcome; null if there is none
 */
public record WorkflowHead(int lastSeq, @Nullable LogRecord lastEvent) {
    private static final byte[] NOTHING = {};

    /** Returns a copy without the value of the last event. */
    public WorkflowHead withoutValue() {
        return lastEvent == null
                ? this
                : switch (lastEvent.event()) {
                    case HistoryEvent.Ended ended ->
                        with(lastEvent, new HistoryEvent.Ended(ended.status(), NOTHING, ended.by()));
                    case HistoryEvent.Published published ->
                        with(lastEvent, new HistoryEvent.Published(published.position(), published.name(), NOTHING));
                    case null, default -> this;
                };
    }

    private WorkflowHead with(LogRecord last, HistoryEvent event) {
        return new WorkflowHead(lastSeq, last.with(event));
    }

    /** The end of the workflow, if it has ended. */
    public Optional<HistoryEvent.Ended> end() {
        return lastEvent != null && lastEvent.event() instanceof HistoryEvent.Ended ended
                ? Optional.of(ended)
                : Optional.empty();
    }

    /** The operator action that led to the last event, if one did. */
    public Optional<ActionRef> lastAction() {
        return Optional.ofNullable(lastEvent).map(LogRecord::event).map(HistoryEvent::by);
    }

    /** The open dead letter, if there is one. */
    public Optional<ParkingReason> openDeadLetter() {
        return lastEvent == null ? Optional.empty() : lastEvent.openDeadLetter();
    }

    /** Returns the open dead letter, if it is that of the record with this seq. */
    public Optional<ParkingReason> openDeadLetter(int seq) {
        return openDeadLetter().filter(letter -> lastEvent != null && lastEvent.seq() == seq);
    }

    /** Whether an operator has paused the workflow. */
    public boolean isPaused() {
        return lastEvent != null && lastEvent.event() instanceof HistoryEvent.Paused;
    }

    /** Throws {@link UnknownEventException} if this build does not know the last event. */
    public void requireKnown() {
        if (lastEvent != null && lastEvent.event() instanceof HistoryEvent.Unknown unknown) {
            throw new UnknownEventException(unknown.code());
        }
    }
}
