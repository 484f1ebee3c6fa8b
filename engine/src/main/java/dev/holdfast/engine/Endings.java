package dev.holdfast.engine;

import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How workflows ended: waits in this process where it can, reads the log where it must. Safe for all threads. */
final class Endings {
    private final Store store;
    private final Dispatcher dispatcher;
    private final Waiters waiters;

    Endings(Store store, Dispatcher dispatcher, Waiters waiters) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.waiters = waiters;
    }

    WorkflowStatus status(WorkflowKey key, String id) {
        return store.find(key)
                .orElseThrow(() -> new UnknownWorkflowException(id))
                .status();
    }

    /** Waits for the end, or for parking; empty when the time is over. */
    Optional<Ending> await(WorkflowKey key, @Nullable Execution execution, Duration timeout) {
        if (execution == null) {
            return waiters.await(key.uid(), timeout, () -> stored(key));
        }
        try {
            return Optional.of(execution.ending().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            return stored(key); // it left this process without an end
        }
    }

    /** What is loaded and has not ended will tell its waiters; what has ended may have told them already. */
    private Optional<Ending> stored(WorkflowKey key) {
        return dispatcher
                        .loaded(key.uid())
                        .filter(execution -> !execution.ending().isDone())
                        .isPresent()
                ? Optional.empty()
                : store.lastRow(key).map(LogRow::event).flatMap(Endings::ending);
    }

    private static Optional<Ending> ending(Entry.Event event) {
        return switch (event) {
            case Entry.Ended ended -> Optional.of(new Ending(ended.status(), ended.value()));
            case Entry.Parked parked -> Optional.of(Ending.parked());
            case Entry.Intent intent -> Optional.empty();
        };
    }
}
