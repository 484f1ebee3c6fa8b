package dev.holdfast.engine.execution;

import dev.holdfast.OverloadedException;
import dev.holdfast.engine.history.History;
import dev.holdfast.spi.HistoryEvent.ChildStarted;
import dev.holdfast.spi.HistoryEvent.SignalReceived;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The signals of one execution. A signal enters the mailbox and this list under one lock, and so does an unloading that
 * waits for one: either the code finds the signal, or the signal finds the workflow unloaded and wakes it. Safe for all
 * threads.
 */
final class Signals {
    /** Beyond these, signals stay in the inbox, which refuses more of them. */
    private static final int UNTAKEN_MAX = 10_000;

    private final WorkflowLog log;
    /** All that have arrived, by id: an id counts once. */
    private final Map<UUID, SignalReceived> arrived = new HashMap<>();
    /** Those that the code has not taken, by name, in the order of arrival. */
    private final Map<String, Deque<SignalReceived>> untaken = new HashMap<>();

    private int untakenNumber;
    private CompletableFuture<Void> lastWrite = CompletableFuture.completedFuture(null);

    Signals(WorkflowLog log, History history) {
        this.log = log;
        history.signals().forEach(signal -> add(signal, history.isTaken(signal.id())));
    }

    private void add(SignalReceived signal, boolean taken) {
        arrived.put(signal.id(), signal);
        if (!taken) {
            untaken.computeIfAbsent(signal.name(), name -> new ArrayDeque<>()).add(signal);
            untakenNumber++;
        }
    }

    /** Records a signal, unless its id has arrived before; the future completes once all that arrived are committed. */
    synchronized CompletableFuture<Void> deliver(SignalReceived signal) {
        if (arrived.containsKey(signal.id())) {
            return lastWrite;
        }
        if (untakenNumber >= UNTAKEN_MAX && !ChildStarted.isEnd(signal.name())) { // there are no more than children
            return CompletableFuture.failedFuture(
                    new OverloadedException("its code has not taken " + UNTAKEN_MAX + " signals", Duration.ZERO));
        }
        CompletableFuture<Void> committed = log.received(signal);
        if (!committed.isCompletedExceptionally()) { // else it is read again once the workflow has left
            lastWrite = committed;
            add(signal, false);
        }
        return committed;
    }

    /** Waits until it is known whether the signal that was delivered last is recorded. */
    void settle() {
        CompletableFuture<Void> last;
        synchronized (this) {
            last = lastWrite;
        }
        last.handle((recorded, failure) -> failure == null).join();
    }

    /** Returns a signal that has arrived. */
    synchronized SignalReceived get(UUID id) {
        SignalReceived signal = arrived.get(id);
        if (signal == null) {
            throw new IllegalStateException("signal " + id + " was taken, and is not in the log");
        }
        return signal;
    }

    /** The oldest untaken signal of this name that was not sent behind the deadline. */
    synchronized Optional<SignalReceived> first(String name, @Nullable Instant deadline) {
        Deque<SignalReceived> waiting = untaken.get(name);
        return waiting == null
                ? Optional.empty()
                : waiting.stream()
                        .filter(signal -> deadline == null || !signal.sentAt().isAfter(deadline))
                        .findFirst();
    }

    /** Takes a signal; returns false if another branch has taken it. */
    synchronized boolean take(SignalReceived signal) {
        Deque<SignalReceived> waiting = untaken.get(signal.name());
        if (waiting == null || !waiting.remove(signal)) {
            return false;
        }
        untakenNumber--;
        if (waiting.isEmpty()) {
            untaken.remove(signal.name());
        }
        return true;
    }

    /** How many signals the code has not taken. */
    synchronized int untaken() {
        return untakenNumber;
    }

    /**
     * Returns the first signal as {@link #first} does; if there is none, records that there is none, so that none can
     * come in between.
     */
    synchronized Optional<SignalReceived> firstOr(String name, Instant deadline, Runnable record) {
        Optional<SignalReceived> found = first(name, deadline);
        if (found.isEmpty()) {
            record.run();
        }
        return found;
    }

    /** Does this while no signal arrives. */
    synchronized <T> T whileNoneArrives(Supplier<T> action) {
        return action.get();
    }
}
