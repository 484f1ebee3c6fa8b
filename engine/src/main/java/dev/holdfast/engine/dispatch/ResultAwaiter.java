package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.WorkflowStatus;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How workflows ended: waits in this process where it can, reads the log where it must. Safe for all threads. */
public final class ResultAwaiter {
    private static final Logger LOG = LoggerFactory.getLogger(ResultAwaiter.class);

    private final Store store;
    private final Dispatcher dispatcher;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> waiters;

    public ResultAwaiter(Store store, Dispatcher dispatcher, LocalWaiters<WorkflowKey, WorkflowEnd> waiters) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.waiters = waiters;
    }

    public WorkflowStatus status(WorkflowKey key, String id) {
        return store.find(key)
                .orElseThrow(() -> new UnknownWorkflowException(id))
                .status();
    }

    /** Waits for the end, or for parking; empty when the time is over. */
    public Optional<WorkflowEnd> await(WorkflowKey key, @Nullable Execution execution, Duration timeout) {
        long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(timeout);
        if (execution != null) {
            try {
                return Optional.of(execution.ending().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } catch (ExecutionException e) {
                String id = store.idOf(key);
                LOG.atTrace()
                        .addKeyValue("workflow", id)
                        .setCause(e)
                        .log("workflow {} left this process without an end, and ends later, here or elsewhere", id);
            }
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        return waiters.await(key, left, () -> execution == null ? stored(key) : storedIfKnown(key));
    }

    /** Whoever waits already goes on waiting when the store is away just now. */
    private Optional<WorkflowEnd> storedIfKnown(WorkflowKey key) {
        try {
            return stored(key);
        } catch (StoreUnavailableException e) {
            String id = store.idOf(key);
            LOG.atDebug()
                    .addKeyValue("workflow", id)
                    .setCause(e)
                    .log("whether workflow {} has ended is looked for again", id);
            return Optional.empty();
        }
    }

    /** What is loaded and has not ended will tell its waiters; what has ended may have told them already. */
    private Optional<WorkflowEnd> stored(WorkflowKey key) {
        return runsHere(key) ? Optional.empty() : committed(key);
    }

    /** What the log says, also while whoever has ended it here was not told yet. */
    public Optional<WorkflowEnd> committed(WorkflowKey key) {
        return store.head(key).flatMap(ResultAwaiter::end);
    }

    private boolean runsHere(WorkflowKey key) {
        return dispatcher
                .loaded(key.uid())
                .filter(execution -> !execution.ending().isDone())
                .isPresent();
    }

    /** Tells those who wait for what ended elsewhere. */
    public void poll() {
        List<WorkflowKey> elsewhere =
                waiters.waitedFor().stream().filter(key -> !runsHere(key)).toList();
        if (elsewhere.isEmpty()) {
            return;
        }
        Map<UUID, WorkflowHead> heads = store.heads(elsewhere);
        for (WorkflowKey key : elsewhere) {
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
