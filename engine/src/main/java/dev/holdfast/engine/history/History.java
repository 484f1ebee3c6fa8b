package dev.holdfast.engine.history;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.UnknownEventException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The log of a workflow, arranged by branch and call for replay. Immutable, but for how far the code has come in each
 * branch; safe for all threads.
 */
public final class History {
    /** The history of a workflow that was just accepted. */
    public static final History EMPTY = new History(List.of(), Instant.EPOCH);

    private final Map<String, BranchHistory> branches = new HashMap<>();
    /** By id, in the order of arrival, and also those that the code has taken. */
    private final Map<UUID, HistoryEvent.SignalReceived> signals = new LinkedHashMap<>();

    private final Set<UUID> takenSignals = new HashSet<>();
    private boolean compensates;
    private final Set<String> publishedNames = new HashSet<>();
    private @Nullable Position deadlineAt;
    private boolean deadlineOver;
    private DeadLetter.@Nullable Cause parkedAs;

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
                apply(record.event(), record.at(), readAt);
            }
        }
        branches.forEach((path, branch) -> {
            if (isPast(path)) {
                branch.setPast();
            }
        });
    }

    /** Whether the code has gone on behind the join of this branch, or behind one around it. */
    private boolean isPast(String path) {
        return Position.branchOf(path)
                .map(Position.BranchOf::join)
                .filter(join -> branch(join.branch()).isPast(join.index()) || isPast(join.branch()))
                .isPresent();
    }

    private void apply(HistoryEvent event, Instant at, Instant readAt) {
        switch (event) {
            case HistoryEvent.Intent intent -> {
                recorded(intent.position().branch()).started(intent);
                compensates |= intent.statusAfter() != null;
            }
            case HistoryEvent.Cancelled cancelled -> {
                compensates = true;
                Position position = cancelled.position();
                recorded(position.branch()).cancelledAt(position.index());
            }
            case HistoryEvent.DeadlinePassed passed -> {
                deadlineAt = passed.position();
                deadlineOver = true;
                recorded(deadlineAt.branch()).deadlinePassedAt(deadlineAt.index(), passed.deadline());
            }
            case HistoryEvent.Retried retried -> {
                clearDeadlineIfParkedByIt();
                Position position = retried.position();
                if (position != null) {
                    boolean anyway = retried.by().kind() == ActionKind.RUN_AGAIN;
                    recorded(position.branch()).retried(position.index(), anyway);
                }
            }
            case HistoryEvent.Decision decision -> {
                recorded(decision.position().branch()).decided(decision, at, readAt);
                if (decision instanceof HistoryEvent.SignalTaken signal) {
                    takenSignals.add(signal.id());
                } else if (decision instanceof HistoryEvent.Published published) {
                    publishedNames.add(published.name());
                }
            }
            case HistoryEvent.SignalReceived signal -> signals.putIfAbsent(signal.id(), signal);
            case HistoryEvent.Parked parked -> parkedAs = parked.reason().cause();
            case HistoryEvent.Paused paused -> {}
            case HistoryEvent.Resumed resumed -> {}
            case HistoryEvent.Ended ended -> {}
            case HistoryEvent.Unknown unknown -> throw new UnknownEventException(unknown.code());
        }
    }

    /** A branch that has undone or cleaned up something cannot go on at its stop: the deadline stays passed. */
    private void clearDeadlineIfParkedByIt() {
        Position passed = deadlineAt;
        if (parkedAs == DeadLetter.Cause.DEADLINE
                && passed != null
                && branches.values().stream().noneMatch(BranchHistory::hasActedSinceDeadline)) {
            recorded(passed.branch()).deadlineCleared();
            branches.values().forEach(BranchHistory::deadlineStopCleared);
        }
    }

    private BranchHistory recorded(String path) {
        BranchHistory known = branches.get(path);
        if (known != null) {
            return known;
        }
        BranchHistory created = new BranchHistory();
        branches.put(path, created);
        Position.branchOf(path)
                .ifPresent(of -> recorded(of.join().branch()).branched(of.join().index(), of.number()));
        return created;
    }

    /** Returns the recorded calls of a branch. */
    public BranchHistory branch(String path) {
        BranchHistory recorded = branches.get(path);
        if (recorded != null) {
            return recorded;
        }
        return isPast(path) ? BranchHistory.EMPTY_AND_PAST : BranchHistory.EMPTY;
    }

    /** The names under which values are published. */
    public Set<String> publishedNames() {
        return publishedNames;
    }

    /** All signals that have arrived, in order. */
    public Collection<HistoryEvent.SignalReceived> signals() {
        return signals.values();
    }

    /** Whether the code has taken this signal. */
    public boolean isTaken(UUID signal) {
        return takenSignals.contains(signal);
    }

    /** Whether the workflow has begun to undo its steps. */
    public boolean compensates() {
        return compensates;
    }

    /** Whether the deadline has been thrown, or was cleared by a retry: it is thrown once. */
    public boolean isDeadlineOver() {
        return deadlineOver;
    }

    /**
     * The first recorded call that the code has not made, of each branch with such calls, by path. Called when no
     * thread of the code runs any more.
     */
    public List<Position> unreached() {
        return branches.keySet().stream()
                .sorted()
                .flatMap(path -> branch(path).unreached().stream().mapToObj(index -> new Position(path, index)))
                .toList();
    }

    /** The recorded calls of the main branch. */
    public BranchHistory main() {
        return branch(Position.MAIN);
    }
}
