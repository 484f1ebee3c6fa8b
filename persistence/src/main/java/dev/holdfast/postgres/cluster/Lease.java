package dev.holdfast.postgres.cluster;

import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The time for which an incarnation may act as an owner. It runs from the sending of the last heartbeat that was
 * committed, by the monotonic clock of this process; a later heartbeat renews it. Once ended it stays ended. Renewed by
 * the heartbeat. Safe for all threads.
 */
final class Lease {
    private final long leaseNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile long sentNanos;
    private volatile @Nullable OwnershipLostException endReason;

    Lease(Duration length) {
        this.leaseNanos = length.toNanos();
    }

    /** Renews the lease by a committed heartbeat that was sent at this time of the monotonic clock. */
    void renew(long heartbeatSentNanos) {
        lock.lock();
        try {
            sentNanos = heartbeatSentNanos;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the lease for good; false if it had ended before. */
    boolean end(OwnershipLostException reason) {
        lock.lock();
        try {
            if (endReason != null) {
                return false;
            }
            endReason = reason;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        return endReason != null;
    }

    boolean isHeld() {
        return endReason == null && System.nanoTime() - sentNanos < leaseNanos;
    }

    /** The time since the sending of the last heartbeat that was committed. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - sentNanos);
    }

    /** Throws {@link OwnershipLostException} if the lease has ended for good. */
    void requireNotEnded() {
        OwnershipLostException reason = endReason;
        if (reason != null) {
            throw new OwnershipLostException(String.valueOf(reason.getMessage()));
        }
    }

    /** Waits until the lease is held. Throws {@link OwnershipLostException} if it ends for good. */
    void await() throws InterruptedException {
        if (isHeld()) {
            return;
        }
        lock.lock();
        try {
            while (!isHeld()) {
                requireNotEnded();
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
