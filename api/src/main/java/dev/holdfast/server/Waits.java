package dev.holdfast.server;

import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowHandle;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Requests that wait for a result. They wait on their own thread, in the engine; a server that stops ends all waits, so
 * that each is answered at once with how things stand. Safe for all threads.
 */
final class Waits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Thread> waiting = new HashSet<>();
    private boolean over;

    /**
     * The result, as soon as there is one. Throws {@link ResultNotReadyException} when the time is over, and when the
     * workflow is parked; the rest as {@link WorkflowHandle#result}.
     */
    byte[] result(WorkflowHandle<byte[]> handle, Duration timeout) {
        if (!enter()) {
            return handle.result(Duration.ZERO);
        }
        boolean interrupted = false;
        try {
            return handle.result(timeout);
        } catch (RuntimeException e) {
            interrupted = Thread.currentThread().isInterrupted();
            if (!interrupted) {
                throw e;
            }
        } finally {
            leave();
        }
        return handle.result(Duration.ZERO); // of an interrupted wait
    }

    /** Ends all waits, now and from now on. */
    void end() {
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
