package dev.holdfast.server.routes;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Tracks the requests that wait for a result or for an operator action. Each waits on its own thread, in the engine. A
 * stopping server ends all waits, so that each request responds at once with the current state. Safe for all threads.
 */
public final class Waits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> waiting = new HashSet<>();
    private boolean ended;

    /**
     * Runs a call of the engine that takes the time to wait. If {@link #end} interrupts the wait, runs the call once
     * more without waiting; so the call must be idempotent.
     */
    <T> T await(Function<Duration, T> call, Duration wait) {
        if (wait.isZero() || !register()) {
            return call.apply(Duration.ZERO);
        }
        boolean interrupted = false;
        try {
            return call.apply(wait);
        } catch (RuntimeException e) {
            interrupted = Thread.currentThread().isInterrupted();
            if (!interrupted) {
                throw e;
            }
        } finally {
            unregister();
        }
        return call.apply(Duration.ZERO); // after an interrupted wait
    }

    /** Ends all waits, now and from now on. */
    public void end() {
        lock.lock();
        try {
            ended = true;
            waiting.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private boolean register() {
        lock.lock();
        try {
            return !ended && waiting.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /** Holds the lock, so that no interrupt arrives after the flag is cleared. */
    private void unregister() {
        lock.lock();
        try {
            waiting.remove(Thread.currentThread());
            if (ended) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }
}
