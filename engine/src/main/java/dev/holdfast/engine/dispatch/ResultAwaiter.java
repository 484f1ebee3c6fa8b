package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until workflows end: in this process if they are loaded here, otherwise by reading the log. Safe for all
 * threads.
 */
public final class ResultAwaiter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultAwaiter.class);
    /** The number of results that are read at a time: each may be as large as a payload. */
    private static final int VALUES_MAX = 16;

    private final Store store;
    private final Dispatcher dispatcher;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> waiters;

    public ResultAwaiter(Store store, Dispatcher dispatcher, LocalWaiters<WorkflowKey, WorkflowEnd> waiters) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.waiters = waiters;
    }

    public WorkflowStatus status(WorkflowKey key, String id) {
        return summary(key).orElseThrow(() -> new UnknownWorkflowException(id)).status();
    }

    public Optional<WorkflowSummary> summary(WorkflowKey key) {
        return store.find(key);
    }

    /** Returns the last published value of this name. */
    public Optional<PublishedValue> published(WorkflowKey key, String id, String name) {
        List<PublishedValue> all = store.published(key);
        if (all.isEmpty()) {
            WorkflowStatus unused = status(key, id); // unless it was deleted
        }
        return all.stream().filter(value -> value.name().equals(name)).findFirst();
    }

    /**
     * Waits until the workflow ends or is parked; empty when the time is over. {@code execution} is set if the caller
     * has started it here. Goes on waiting while the store is unavailable. Throws {@link StoreUnavailableException} if
     * the node closes.
     */
    public Optional<WorkflowEnd> await(WorkflowKey key, @Nullable Execution execution, Duration timeout) {
        return waiters.await(key, timeout, () -> execution == null ? storedIfKnown(key) : ending(key, execution));
    }

    /**
     * An execution that has not ended will complete its waiters. The store knows what has become of one that was
     * parked, or left without an end.
     */
    private Optional<WorkflowEnd> ending(WorkflowKey key, Execution execution) {
        CompletableFuture<WorkflowEnd> ending = execution.ending();
        if (!ending.isDone()) {
            return Optional.empty();
        }
        boolean isFinal =
                !ending.isCompletedExceptionally() && ending.join().status().isFinal();
        return isFinal ? Optional.of(ending.join()) : storedIfKnown(key);
    }

    /** Empty while the store is unavailable: a waiting caller gets the end from a later {@link #poll}. */
    private Optional<WorkflowEnd> storedIfKnown(WorkflowKey key) {
        try {
            return stored(key);
        } catch (StoreUnavailableException e) {
            String id = store.idOf(key);
            LOG.atDebug()
                    .addKeyValue("workflow", id)
                    .setCause(e)
                    .log("the end of workflow {} could not be read, reading it again", id);
            return Optional.empty();
        }
    }

    /**
     * An execution that has not ended will complete its waiters; one that has ended may have completed them already.
     */
    private Optional<WorkflowEnd> stored(WorkflowKey key) {
        return runsHere(key) ? Optional.empty() : committed(key);
    }

    /** The end in the log, also while the execution that has ended here is not notified yet. */
    public Optional<WorkflowEnd> committed(WorkflowKey key) {
        return store.head(key).flatMap(ResultAwaiter::end);
    }

    private boolean runsHere(WorkflowKey key) {
        return dispatcher
                .loaded(key.uid())
                .filter(execution -> !execution.ending().isDone())
                .isPresent();
    }

    /** Completes the callers that wait for workflows of other nodes. */
    public void poll() {
        List<WorkflowKey> elsewhere =
                waiters.waitedFor().stream().filter(key -> !runsHere(key)).toList();
        if (elsewhere.isEmpty()) {
            return;
        }
        Map<UUID, WorkflowHead> heads = store.heads(elsewhere);
        List<WorkflowKey> ended = elsewhere.stream()
                .filter(key -> Optional.ofNullable(heads.get(key.uid()))
                        .flatMap(ResultAwaiter::end)
                        .isPresent())
                .toList();
        for (int from = 0; from < ended.size(); from += VALUES_MAX) {
            complete(ended.subList(from, Math.min(from + VALUES_MAX, ended.size())));
        }
    }

    private void complete(List<WorkflowKey> ended) {
        Map<UUID, WorkflowHead> heads = store.headsWithValues(ended);
        for (WorkflowKey key : ended) {
            Optional.ofNullable(heads.get(key.uid()))
                    .flatMap(ResultAwaiter::end)
                    .ifPresent(end -> waiters.complete(key, end));
        }
    }

    private static Optional<WorkflowEnd> end(WorkflowHead head) {
        return head.end()
                .map(ended -> new WorkflowEnd(ended.status(), ended.value()))
                .or(() -> head.openDeadLetter().map(letter -> WorkflowEnd.parked()));
    }
}
