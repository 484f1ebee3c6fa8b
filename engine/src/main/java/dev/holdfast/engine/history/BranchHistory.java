package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.BranchStopped;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The recorded calls of one branch, by index. Filled by its {@link History}; then the thread of the branch only notes
 * how far the code has come.
 */
public final class BranchHistory {
    /** The history of a branch without calls; never filled. */
    static final BranchHistory EMPTY = new BranchHistory();

    /** The same, of a branch whose join the code has passed; never filled. */
    static final BranchHistory EMPTY_AND_PAST = new BranchHistory();

    static {
        EMPTY_AND_PAST.setPast();
    }

    private static final int NEVER = -1;

    private final List<@Nullable RecordedCall> calls = new ArrayList<>();
    private boolean joined;
    private int cancelledAt = NEVER;
    private BranchStopped.@Nullable Why stoppedWhy;
    private int stoppedAt = NEVER;
    private int deadlineAt = NEVER;
    private @Nullable Instant deadline;
    /** The number of recorded calls that the code has made since the log was read. */
    private int reached;

    BranchHistory() {}

    void started(Intent intent) {
        int index = intent.position().index();
        if (at(index) instanceof RecordedStep step) {
            step.startedAgain(intent);
        } else {
            put(index, new RecordedStep(intent));
        }
    }

    void ended(Outcome outcome, Instant at, Instant readAt) {
        int index = outcome.position().index();
        if (!(at(index) instanceof RecordedStep step)) {
            throw new IllegalStateException("call " + index + " has an outcome, and no intent");
        }
        step.ended(outcome, at, readAt);
    }

    void decided(HistoryEvent.Decision decision, Instant at, Instant readAt) {
        int index = decision.position().index();
        switch (decision) {
            case HistoryEvent.TimerStarted timer ->
                waiting(index, timer.signal()).started(timer.wakeTime(), at, readAt);
            case HistoryEvent.SignalTaken signal -> {
                if (at(index) instanceof RecordedChild child) {
                    child.ended(signal.id());
                } else {
                    waiting(index, signal.name()).taken(signal.id());
                }
            }
            case HistoryEvent.ChildStarted child -> put(index, new RecordedChild(child));
            case HistoryEvent.SignalTimedOut signal ->
                waiting(index, signal.name()).timedOut();
            case HistoryEvent.TimeRead read -> put(index, new RecordedTime(read.time()));
            case HistoryEvent.MarkerSet marker -> put(index, new RecordedMarker(marker.id()));
            case HistoryEvent.CallbackMade made -> put(index, new RecordedCallback(made.name(), made.url()));
            case HistoryEvent.Published published -> put(index, new RecordedPublish(published.name()));
            case HistoryEvent.JoinDecided join -> join(index).decided(join.branch());
            case HistoryEvent.BranchStopped stopped -> {
                stoppedAt = index;
                stoppedWhy = stopped.why();
            }
        }
    }

    private RecordedWait waiting(int index, @Nullable String signal) {
        if (at(index) instanceof RecordedWait waiting) {
            return waiting;
        }
        RecordedWait begun = new RecordedWait(signal);
        put(index, begun);
        return begun;
    }

    /** A branch of the join at this call has a record. */
    void branched(int index, int branch) {
        join(index).add(branch);
    }

    private RecordedJoin join(int index) {
        if (at(index) instanceof RecordedJoin join) {
            return join;
        }
        RecordedJoin begun = new RecordedJoin();
        put(index, begun);
        return begun;
    }

    private void put(int index, RecordedCall call) {
        while (index >= calls.size()) {
            calls.add(null); // a call at which a cancel was delivered may have no record
        }
        calls.set(index, call);
    }

    void cancelledAt(int index) {
        cancelledAt = index;
    }

    void deadlinePassedAt(int index, Instant time) {
        deadlineAt = index;
        deadline = time;
    }

    /** The call at which the deadline passed is made again. */
    void deadlineCleared() {
        deadlineAt = NEVER;
        deadline = null;
    }

    /** The code has gone on behind the join of this branch. */
    void setPast() {
        joined = true;
    }

    /** Whether it was stopped by the deadline, and has made calls since, which have undone or cleaned up something. */
    boolean hasActedSinceDeadline() {
        return stoppedWhy == BranchStopped.Why.DEADLINE && isPast(stoppedAt);
    }

    /** The call at which it was stopped by the deadline is made again. */
    void deadlineStopCleared() {
        if (stoppedWhy == BranchStopped.Why.DEADLINE) {
            stoppedAt = NEVER;
            stoppedWhy = null;
        }
    }

    /** Lets the step of a dead letter make all its attempts again, {@code anyway} also if it is in doubt. */
    void retried(int index, boolean anyway) {
        if (at(index) instanceof RecordedStep step) {
            step.retried(anyway);
        }
    }

    /** Whether a cancel was delivered at this call. */
    public boolean isCancelledAt(int index) {
        return index == cancelledAt;
    }

    /** The deadline that the code was told to have passed at this call; null if it was not. */
    @Nullable
    public Instant deadlineAt(int index) {
        return index == deadlineAt ? deadline : null;
    }

    /** Why this branch was stopped; null if it was not. */
    public BranchStopped.@Nullable Why stopped() {
        return stoppedWhy;
    }

    /** Whether this branch was stopped at this call. */
    public boolean isBranchStoppedAt(int index) {
        return index == stoppedAt;
    }

    /** Whether this call threw a cancel, the deadline, or the stop of its branch. */
    public boolean isStoppedAt(int index) {
        return isCancelledAt(index) || index == deadlineAt || index == stoppedAt;
    }

    /** Whether a stop may be delivered at this call: behind one that the code has left, it belongs to a later one. */
    public boolean mayStopAt(int index) {
        return !isPast(index) || isStoppedAt(index);
    }

    /** Returns what is recorded of this call; null if nothing is. */
    @Nullable
    public RecordedCall at(int index) {
        return index < calls.size() ? calls.get(index) : null;
    }

    /** Whether the code has made a later call, in this branch or behind the join of this branch. */
    public boolean isPast(int index) {
        return joined || index + 1 < size();
    }

    /** Whether the log shows that the code has made this call, or a later one. */
    public boolean isReplayed(int index) {
        return joined || index < size();
    }

    /** Whether the code has made a later call, and the log has nothing of this one: it was not there before. */
    public boolean isInserted(int index) {
        return isPast(index) && at(index) == null && !isStoppedAt(index);
    }

    /** The code makes this call. Called by the thread of the branch. */
    public void reach(int index) {
        if (index < size()) {
            reached = index + 1;
        }
    }

    /** The index of the first recorded call that the code has not made; empty if it has made all but markers. */
    OptionalInt unreached() {
        int next = behindMarkers(reached);
        return next < size() ? OptionalInt.of(next) : OptionalInt.empty();
    }

    /** The index of the marker with this id among those that stand at this call; empty if none has it. */
    public OptionalInt marker(int index, String id) {
        for (int i = index; at(i) instanceof RecordedMarker marker; i++) {
            if (marker.id().equals(id)) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** The index of the first call behind the markers that stand at this call. */
    public int behindMarkers(int index) {
        int behind = index;
        while (at(behind) instanceof RecordedMarker) {
            behind++;
        }
        return behind;
    }

    /** Whether nothing of this branch is recorded. */
    public boolean isEmpty() {
        return size() == 0;
    }

    private int size() {
        return Math.max(calls.size(), Math.max(Math.max(cancelledAt, deadlineAt), stoppedAt) + 1);
    }
}
