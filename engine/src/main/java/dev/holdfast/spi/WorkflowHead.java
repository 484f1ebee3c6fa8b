package dev.holdfast.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a workflow's log: enough to decide about it without its history. Made by the store; immutable.
 *
 * @param lastSeq of its last record
 * @param lastEvent the last event that was not only received; null where there is none yet
 */
public record WorkflowHead(int lastSeq, @Nullable LogRecord lastEvent) {
    /** How it has ended, if it has. */
    public Optional<HistoryEvent.Ended> end() {
        return lastEvent != null && lastEvent.event() instanceof HistoryEvent.Ended ended
                ? Optional.of(ended)
                : Optional.empty();
    }

    /** Why it is parked, if its dead letter is open. */
    public Optional<ParkingReason> openDeadLetter() {
        return lastEvent == null ? Optional.empty() : lastEvent.openDeadLetter();
    }

    /** Why it is parked, if the open dead letter is that of the record with this seq. */
    public Optional<ParkingReason> openDeadLetter(int seq) {
        return openDeadLetter().filter(letter -> lastEvent != null && lastEvent.seq() == seq);
    }

    /** Throws {@link UnknownEventException} where a newer build has written the last event. */
    public void requireKnown() {
        if (lastEvent != null && lastEvent.event() instanceof HistoryEvent.Unknown unknown) {
            throw new UnknownEventException(unknown.code());
        }
    }
}
