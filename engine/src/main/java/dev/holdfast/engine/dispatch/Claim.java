package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.WorkflowKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What makes its holder the only one here who does anything with a workflow, until it starts the workflow or gives the
 * claim back. Each is one of its own, so that nobody gives back another's. Used by one thread after another.
 */
public final class Claim {
    private final WorkflowKey key;
    private volatile @Nullable Execution execution;

    Claim(WorkflowKey key) {
        this.key = key;
    }

    public WorkflowKey key() {
        return key;
    }

    /** What was started on it. */
    Optional<Execution> execution() {
        return Optional.ofNullable(execution);
    }

    void use(Execution started) {
        execution = started;
    }
}
