package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import org.jspecify.annotations.Nullable;

/**
 * A claimed workflow that was read from the store, and may run now. Immutable.
 *
 * @param epoch that of its bucket when it was read; another owner may have written it before or after
 * @param loads the number of processes that ended while it was loaded, since its code last made progress
 * @param cancel the action for which it was loaded
 */
record Candidate(
        StoredWorkflow stored,
        Claim claim,
        long epoch,
        RegisteredWorkflow<?, ?> code,
        int loads,
        @Nullable OperatorAction cancel) {
    private static final int LOADS_SUSPECT = 2;
    private static final int LOADS_POISON = 5;

    WorkflowKey key() {
        return stored.key();
    }

    /** Whether so many processes have ended that it may be the reason. */
    boolean isSuspect() {
        return loads >= LOADS_SUSPECT;
    }

    /** Whether so many processes have ended that it must not run again. */
    boolean isPoison() {
        return loads >= LOADS_POISON;
    }

    /** What is recorded before it runs. */
    WorkflowWrite.Loading loading() {
        return new WorkflowWrite.Loading(loads, stored.lastSeq());
    }
}
