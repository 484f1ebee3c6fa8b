package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.engine.execution.ChildStarts;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Starts workflows for others, and remembers which, so that their ends are looked for at once. Safe for all threads.
 */
public final class ChildStarter implements ChildStarts {
    /** Of more, the oldest are forgotten: the end of one that is not remembered is found by the next poll. */
    private static final int REMEMBERED_MAX = 20_000;

    private final Store store;
    private final SubmittableDefinitions definitions;
    /** Guarded by itself. */
    private final Set<UUID> remembered = new LinkedHashSet<>();

    private volatile Runnable wake = () -> {};

    public ChildStarter(Store store, SubmittableDefinitions definitions) {
        this.store = store;
        this.definitions = definitions;
    }

    /** Sets what makes this node look for work. */
    public void onWork(Runnable wakes) {
        wake = wakes;
    }

    @Override
    public void requireKnown(DefinitionVersion version) {
        Submittable unused = definitions.require(version);
    }

    @Override
    public WorkflowKey newKey() {
        return store.newKey();
    }

    @Override
    public String idOf(WorkflowKey key) {
        return store.idOf(key);
    }

    @Override
    public void accepted(WorkflowKey key) {
        synchronized (remembered) {
            remembered.add(key.uid());
            if (remembered.size() > REMEMBERED_MAX) {
                remembered.remove(remembered.iterator().next());
            }
        }
        wake.run();
    }

    /** A workflow has left this process; returns whether its end may lie in the inbox of another one. */
    boolean left(WorkflowKey key) {
        synchronized (remembered) {
            return remembered.contains(key.uid());
        }
    }

    /** On a thread of its own, because that of a workflow may be interrupted, which would close the connection. */
    @Override
    public CompletableFuture<Void> cancel(OperatorAction action) {
        return CompletableFuture.runAsync(
                () -> {
                    store.request(action, RequestContext.NONE);
                    wake.run();
                },
                Thread::startVirtualThread);
    }
}
