package dev.holdfast.engine;

import dev.holdfast.spi.Ownership;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** An ownership whose lease runs out, and comes back, when a test says so. */
final class PausableLease implements Ownership {
    private final Ownership ownership;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean paused;

    PausableLease(Ownership ownership) {
        this.ownership = ownership;
    }

    void pause(boolean now) {
        lock.lock();
        try {
            paused = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String node() {
        return ownership.node();
    }

    @Override
    public int nodeNumber() {
        return ownership.nodeNumber();
    }

    @Override
    public long epoch(int bucket) {
        return ownership.epoch(bucket);
    }

    @Override
    public Instant now() {
        return ownership.now();
    }

    @Override
    public boolean leaseHeld() {
        lock.lock();
        try {
            return !paused && ownership.leaseHeld();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void requireAdopted() {
        ownership.requireAdopted();
    }

    @Override
    public void awaitLease() throws InterruptedException {
        lock.lock();
        try {
            while (paused) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
        ownership.awaitLease();
    }
}
