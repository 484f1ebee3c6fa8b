package dev.holdfast.engine.replay;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.engine.export.ExportedHistory;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Ended;
import dev.holdfast.spi.LogRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The beginning of a history: what the log had at one moment, which a node may have found after a crash. Immutable.
 *
 * @param log the records up to there
 * @param rest the records that followed
 * @param cutsOutcome whether the last record had an event that did not get into the log, but only its outcome
 */
record HistoryPrefix(ExportedHistory whole, List<LogRecord> log, List<LogRecord> rest, boolean cutsOutcome) {
    static HistoryPrefix whole(ExportedHistory history) {
        return new HistoryPrefix(history, history.log(), List.of(), false);
    }

    /** The first {@code records} records. */
    static HistoryPrefix of(ExportedHistory history, int records) {
        List<LogRecord> log = history.log();
        return new HistoryPrefix(history, log.subList(0, records), log.subList(records, log.size()), false);
    }

    /** The first {@code records} records, the last one without its event; empty if it has no outcome or no event. */
    static Optional<HistoryPrefix> withoutLastEvent(ExportedHistory history, int records) {
        LogRecord last = history.log().get(records - 1);
        if (last.outcome() == null || last.event() == null) {
            return Optional.empty();
        }
        List<LogRecord> log = new ArrayList<>(history.log().subList(0, records - 1));
        log.add(new LogRecord(last.seq(), last.at(), last.node(), last.outcome(), null));
        List<LogRecord> rest = history.log().subList(records - 1, history.log().size());
        return Optional.of(new HistoryPrefix(history, log, rest, true));
    }

    /** The time of the last record: what was due by then was due, and nothing else. */
    Instant readAt() {
        return log.stream().map(LogRecord::at).max(Instant::compareTo).orElse(whole.acceptedAt());
    }

    /** The end in the log, if the code has come to it; not one by an operator, which may be anywhere. */
    Optional<Ended> endByCode() {
        return log.stream()
                .map(LogRecord::event)
                .filter(Ended.class::isInstance)
                .map(Ended.class::cast)
                .filter(ended -> ended.by() == null)
                .findFirst();
    }

    /** Whether the workflow was parked here for this cause: the last event says so, or the next one. */
    boolean isParkedAs(DeadLetter.Cause cause) {
        Optional<LogRecord> last = LogRecord.lastEvent(log);
        Optional<LogRecord> next = rest.stream()
                .filter(record -> record.event() != null && !record.event().isOnlyReceived())
                .findFirst();
        return isParkedAs(last, cause) || isParkedAs(next, cause);
    }

    private static boolean isParkedAs(Optional<LogRecord> record, DeadLetter.Cause cause) {
        return record.isPresent()
                && record.orElseThrow().event() instanceof HistoryEvent.Parked parked
                && parked.reason().cause() == cause;
    }

    /** Its end, for a message. */
    @Override
    public String toString() {
        if (log.isEmpty()) {
            return "before its first record";
        }
        String place =
                rest.isEmpty() ? "whole" : "cut behind record " + log.getLast().seq();
        return cutsOutcome
                ? "cut between the outcome and the event of record "
                        + log.getLast().seq()
                : place;
    }
}
