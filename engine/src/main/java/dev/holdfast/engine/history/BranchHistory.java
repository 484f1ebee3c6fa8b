package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The recorded calls of one branch, by index. Filled by its {@link History}, then immutable. */
public final class BranchHistory {
    /** The history of a branch without calls; never filled. */
    static final BranchHistory EMPTY = new BranchHistory();

    private static final int NEVER = -1;

    private final List<@Nullable RecordedCall> calls = new ArrayList<>();
    private int cancelledAt = NEVER;
    private int deadlineAt = NEVER;
    private @Nullable Instant deadline;

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
            case HistoryEvent.SignalTaken signal ->
                waiting(index, signal.name()).taken(signal.id());
            case HistoryEvent.SignalTimedOut signal ->
                waiting(index, signal.name()).timedOut();
            case HistoryEvent.TimeRead read -> put(index, new RecordedTime(read.time()));
            case HistoryEvent.CallbackMade made -> put(index, new RecordedCallback(made.name(), made.url()));
            case HistoryEvent.Published published -> put(index, new RecordedPublish(published.name()));
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

    /** Lets the step of a dead letter make all its attempts again. */
    void retried(int index) {
        if (at(index) instanceof RecordedStep step) {
            step.retried();
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

    /** Whether this call threw a cancel or the deadline. */
    public boolean isStoppedAt(int index) {
        return isCancelledAt(index) || index == deadlineAt;
    }

    /** Returns what is recorded of this call; null if nothing is. */
    @Nullable
    public RecordedCall at(int index) {
        return index < calls.size() ? calls.get(index) : null;
    }

    /** Whether the code has made a later call. */
    public boolean isPast(int index) {
        return index + 1 < size();
    }

    /** The number of recorded calls. */
    public int size() {
        return Math.max(calls.size(), Math.max(cancelledAt, deadlineAt) + 1);
    }
}
