package dev.holdfast.engine.history;

import org.jspecify.annotations.Nullable;

/** A join of which the log has something: records of its branches, or its decision. */
public final class RecordedJoin implements RecordedCall {
    /** What {@link #description} says. */
    public static final String DESCRIPTION = "join of branches";

    private int branches;
    private @Nullable Integer decidedBy;

    RecordedJoin() {}

    void add(int branch) {
        branches = Math.max(branches, branch + 1);
    }

    void decided(int branch) {
        add(branch);
        decidedBy = branch;
    }

    @Override
    public String description() {
        return DESCRIPTION;
    }

    /** One more than the highest number of a branch of which something is recorded. */
    public int branches() {
        return branches;
    }

    /** The number of the branch that has decided it; null if none has. */
    @Nullable
    public Integer decidedBy() {
        return decidedBy;
    }
}
