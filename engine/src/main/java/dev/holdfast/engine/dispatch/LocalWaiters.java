package dev.holdfast.engine.dispatch;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Callers of this process that wait for an answer, such as the end of a workflow, or until the node closes. Safe for
 * all threads. Keeps nothing for a key once no caller waits for it.
 */
public final class LocalWaiters<K, V> {
    private final ConcurrentHashMap<K, Set<Waiter<V>>> byKey = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * Waits for the answer. {@code already} looks whether it is there; it is called after the waiter is registered, so
     * that an answer in between is not missed. Throws {@link dev.holdfast.StoreUnavailableException} once this is
     * closed.
     */
    public Optional<V> await(K key, Duration timeout, Supplier<Optional<V>> already) {
        Waiter<V> waiter = new Waiter<>();
        add(key, waiter);
        try {
            requireOpen();
            Optional<V> there = already.get();
            return there.isPresent()
                    ? there
                    : Optional.of(waiter.answer().get(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw OpenNode.closed(e.getCause());
        } finally {
            remove(key, waiter);
        }
    }

    /** Completes all waiters of this key, once the answer is committed. */
    public void complete(K key, V answer) {
        Set<Waiter<V>> waiting = byKey.remove(key);
        if (waiting != null) {
            waiting.forEach(waiter -> waiter.answer().complete(answer));
        }
    }

    /** Ends all waits, now and from now on, because the node closes. */
    public void close() {
        closed = true; // first, so that no caller begins to wait unseen
        byKey.values()
                .forEach(waiting ->
                        waiting.forEach(waiter -> waiter.answer().completeExceptionally(OpenNode.closed(null))));
    }

    private void requireOpen() {
        if (closed) {
            throw OpenNode.closed(null);
        }
    }

    /** The keys for which callers wait. */
    Set<K> waitedFor() {
        return Set.copyOf(byKey.keySet());
    }

    private void add(K key, Waiter<V> waiter) {
        byKey.compute(key, (same, waiting) -> {
            Set<Waiter<V>> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
            all.add(waiter);
            return all;
        });
    }

    private void remove(K key, Waiter<V> waiter) {
        byKey.computeIfPresent(key, (same, waiting) -> {
            waiting.remove(waiter);
            return waiting.isEmpty() ? null : waiting;
        });
    }

    /** One waiting caller, compared by identity. */
    private static final class Waiter<V> {
        private final CompletableFuture<V> answer = new CompletableFuture<>();

        CompletableFuture<V> answer() {
            return answer;
        }
    }
}
