package dev.holdfast.engine.execution;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.WorkflowKey;
import java.util.concurrent.CompletableFuture;

/** What a workflow needs to start others. Safe for all threads. */
public interface ChildStarts {
    /** Throws {@link dev.holdfast.UnknownDefinitionException} for a version that no node would run. */
    void requireKnown(DefinitionVersion version);

    /** Generates a place for a new workflow. */
    WorkflowKey newKey();

    /** The id of a new workflow at this place. */
    String idOf(WorkflowKey key);

    /** The workflow at this place was accepted, and can be started. */
    void accepted(WorkflowKey key);

    /**
     * Puts a cancel into the inbox of a child; does nothing if that was done before. The future completes exceptionally
     * while the store is unavailable.
     */
    CompletableFuture<Void> cancel(OperatorAction action);
}
