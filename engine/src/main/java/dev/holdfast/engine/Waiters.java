package dev.holdfast.engine;

import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Who waits in this process for the end of which workflow. Safe for all threads; holds nothing once nobody waits. */
final class Waiters {
    private final ConcurrentHashMap<WorkflowKey, Set<Waiter>> byKey = new ConcurrentHashMap<>();

    /**
     * Waits for the end, or for parking. {@code already} looks whether it is there; it is asked after this waiter can
     * be reached, so that an end in between is not missed.
     */
    Optional<Ending> await(WorkflowKey key, Duration timeout, Supplier<Optional<Ending>> already) {
        Waiter waiter = new Waiter();
        add(key, waiter);
        try {
            Optional<Ending> there = already.get();
            return there.isPresent()
                    ? there
                    : Optional.of(waiter.ending().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("waiters are never failed", e);
        } finally {
            remove(key, waiter);
        }
    }

    /** Tells all who wait, once the end is committed. */
    void tell(WorkflowKey key, Ending ending) {
        Set<Waiter> waiting = byKey.remove(key);
        if (waiting != null) {
            waiting.forEach(waiter -> waiter.ending().complete(ending));
        }
    }

    /** What somebody waits for. */
    Set<WorkflowKey> waitedFor() {
        return Set.copyOf(byKey.keySet());
    }

    private void add(WorkflowKey key, Waiter waiter) {
        byKey.compute(key, (same, waiting) -> {
            Set<Waiter> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            all.add(waiter);
            return all;
        });
    }

    private void remove(WorkflowKey key, Waiter waiter) {
        byKey.computeIfPresent(key, (same, waiting) -> {
            waiting.remove(waiter);
            return waiting.isEmpty() ? null : waiting;
        });
    }

    /** One who waits; equal to nobody else. */
    private static final class Waiter {
        private final CompletableFuture<Ending> ending = new CompletableFuture<>();

        CompletableFuture<Ending> ending() {
            return ending;
        }
    }
}
