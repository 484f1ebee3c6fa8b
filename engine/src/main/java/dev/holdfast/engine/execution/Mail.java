package dev.holdfast.engine.execution;

import java.util.concurrent.CompletableFuture;

/** Delivers what lies in the inbox of a loaded workflow. Safe for all threads. */
@FunctionalInterface
public interface Mail {
    /**
     * Delivers all signals that lie in the inbox of the workflow now. The future completes exceptionally while the
     * store is unavailable.
     */
    CompletableFuture<Void> deliverAll(Execution execution);
}
