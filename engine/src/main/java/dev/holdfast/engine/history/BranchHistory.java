package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The recorded calls of one branch, by index. Filled by its {@link History}, then only read. */
public final class BranchHistory {
    /** Of a branch that has made no call yet; never filled. */
    static final BranchHistory EMPTY = new BranchHistory();

    private static final int NEVER = -1;

    private final List<@Nullable RecordedStep> steps = new ArrayList<>();
    private int cancelledAt = NEVER;

    BranchHistory() {}

    void started(Intent intent) {
        int index = intent.position().index();
        while (index > steps.size()) {
            steps.add(null); // the call that a cancel reached has no intent
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

    /** Gives the step of a dead letter a fresh budget of attempts. */
    void retried(int index) {
        RecordedStep step = at(index);
        if (step != null) {
            step.retried();
        }
    }

    private RecordedStep existing(int index) {
        return Objects.requireNonNull(steps.get(index));
    }

    /** Whether a cancel reached the code at this call. */
    public boolean isCancelledAt(int index) {
        return index == cancelledAt;
    }

    /** The recorded step at this call; null after the last one. */
    @Nullable
    public RecordedStep at(int index) {
        return index < steps.size() ? steps.get(index) : null;
    }

    /** The number of recorded calls. */
    public int size() {
        return Math.max(steps.size(), cancelledAt + 1);
    }
}
