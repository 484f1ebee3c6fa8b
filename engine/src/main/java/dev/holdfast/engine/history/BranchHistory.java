package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The recorded calls of one branch, by index. Filled by its {@link History}, then immutable. */
public final class BranchHistory {
    /** The history of a branch without calls; never filled. */
    static final BranchHistory EMPTY = new BranchHistory();

    private static final int NEVER = -1;

    private final List<@Nullable RecordedStep> steps = new ArrayList<>();
    private int cancelledAt = NEVER;

    BranchHistory() {}

    void started(Intent intent) {
        int index = intent.position().index();
        while (index > steps.size()) {
            steps.add(null); // a call at which a cancel was delivered may have no intent
        }
        if (index == steps.size()) {
            steps.add(new RecordedStep(intent));
        } else {
            existing(index).startedAgain(intent);
        }
    }

    void ended(Outcome outcome, Instant at, Instant readAt) {
        existing(outcome.position().index()).ended(outcome, at, readAt);
    }

    void cancelledAt(int index) {
        cancelledAt = index;
    }

    /** Lets the step of a dead letter make all its attempts again. */
    void retried(int index) {
        RecordedStep step = at(index);
        if (step != null) {
            step.retried();
        }
    }

    private RecordedStep existing(int index) {
        return Objects.requireNonNull(steps.get(index));
    }

    /** Whether a cancel was delivered at this call. */
    public boolean isCancelledAt(int index) {
        return index == cancelledAt;
    }

    /** Returns the recorded step at this call; null if the call has none. */
    @Nullable
    public RecordedStep at(int index) {
        return index < steps.size() ? steps.get(index) : null;
    }

    /** The number of recorded calls. */
    public int size() {
        return Math.max(steps.size(), cancelledAt + 1);
    }
}
