package dev.holdfast.server.routes;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Requests that wait for a result or a decision. They wait on their own thread, in the engine; a server that stops ends
 * all waits, so that each is answered at once with how things stand. Safe for all threads.
 */
public final class Waits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> waiting = new HashSet<>();
    private boolean over;

    /**
     * What the engine answers to a question that takes how long to wait. It is asked once more, without waiting, when
     * its wait was ended, so asking twice must be no more than asking once.
     */
    <T> T answer(Function<Duration, T> question, Duration wait) {
        if (wait.isZero() || !enter()) {
            return question.apply(Duration.ZERO);
        }
        boolean interrupted = false;
        try {
            return question.apply(wait);
        } catch (RuntimeException e) {
            interrupted = Thread.currentThread().isInterrupted();
            if (!interrupted) {
                throw e;
            }
        } finally {
            leave();
        }
        return question.apply(Duration.ZERO); // of an interrupted wait
    }

    /** Ends all waits, now and from now on. */
    public void end() {
        lock.lock();
        try {
            over = true;
            waiting.forEach(Thread::interrupt);
        } finally {
            lock.unlock();
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            return !over && waiting.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock, so that no interrupt comes after the flag was cleared. */
    private void leave() {
        lock.lock();
        try {
            waiting.remove(Thread.currentThread());
            if (over) {
                Thread.interrupted();
            }
        } finally {
            lock.unlock();
        }
    }
}
