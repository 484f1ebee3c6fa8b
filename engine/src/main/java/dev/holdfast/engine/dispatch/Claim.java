package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.WorkflowKey;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the only thread of this process that works on a workflow, until the holder starts the workflow or
 * gives the claim back. Claims are compared by identity, so that no holder gives back the claim of another. Used by one
 * thread after another.
 */
public final class Claim {
    private final WorkflowKey key;
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable Execution execution;
    private volatile boolean stopping;
    private volatile boolean kept;

    Claim(WorkflowKey key) {
        this.key = key;
    }

    public WorkflowKey key() {
        return key;
    }

    /** The execution that was started on this claim. */
    Optional<Execution> execution() {
        return Optional.ofNullable(execution);
    }

    /** Null if it could not be started. */
    void use(@Nullable Execution started) {
        execution = started;
    }

    /** What its workflow holds of the {@link LoadedBytes}. */
    long bytes() {
        return bytes.get();
    }

    /** Replaces what its workflow holds; returns what it was. */
    long hold(long now) {
        return bytes.getAndSet(now);
    }

    /** Stops the workflow at its next step, also if it is started later. */
    void stop() {
        stopping = true;
        execution().ifPresent(Execution::stop);
    }

    /** Whether its workflow must not run here. */
    boolean isStopping() {
        return stopping;
    }

    /** Keeps the claim for a write: only {@link Dispatcher#giveBack} ends it. */
    void keep() {
        kept = true;
    }

    boolean isKept() {
        return kept;
    }
}
