package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.UnknownEventException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The log of a workflow, arranged by branch and call for replay. Immutable, safe for all threads. */
public final class History {
    /** The history of a workflow that was just accepted. */
    public static final History EMPTY = new History(List.of(), Instant.EPOCH);

    private final Map<String, BranchHistory> branches = new HashMap<>();

    /**
     * {@code readAt} is the time of reading by the store's clock. Throws {@link UnknownEventException} for a log with
     * an event of a newer build.
     */
    public History(List<LogRecord> log, Instant readAt) {
        for (LogRecord record : log) {
            if (record.outcome() != null) {
                recorded(record.outcome().position().branch()).ended(record.outcome(), record.at(), readAt);
            }
            if (record.event() != null) {
                apply(record.event());
            }
        }
    }

    private void apply(HistoryEvent event) {
        switch (event) {
            case HistoryEvent.Intent intent ->
                recorded(intent.position().branch()).started(intent);
            case HistoryEvent.Cancelled cancelled -> {
                Position at = cancelled.position();
                recorded(at.branch()).cancelledAt(at.index());
            }
            case HistoryEvent.Retried retried -> {
                Position at = retried.position();
                if (at != null) {
                    recorded(at.branch()).retried(at.index());
                }
            }
            case HistoryEvent.Parked parked -> {}
            case HistoryEvent.Ended ended -> {}
            case HistoryEvent.Unknown unknown -> throw new UnknownEventException(unknown.code());
        }
    }

    private BranchHistory recorded(String path) {
        return branches.computeIfAbsent(path, created -> new BranchHistory());
    }

    /** Returns the recorded calls of a branch. */
    public BranchHistory branch(String path) {
        return branches.getOrDefault(path, BranchHistory.EMPTY);
    }

    /** The recorded calls of the main branch. */
    public BranchHistory main() {
        return branch(Position.MAIN);
    }
}
