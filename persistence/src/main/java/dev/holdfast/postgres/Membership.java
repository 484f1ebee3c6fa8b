package dev.holdfast.postgres;

import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipLostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * What this node owns, and its heartbeat, on a thread and a connection of its own. The lease runs from the sending of
 * the last heartbeat that was committed, by the monotonic clock. Safe for all threads.
 */
final class Membership implements Ownership {
    private static final int PRUNE_EVERY = 60;

    private final DataSource dataSource;
    private final Incarnation incarnation;
    private final long[] epochs;
    private final int[] buckets;
    private final Duration lease;
    private final Duration interval;
    private final Outage outage;
    private final Consumer<OwnershipLostException> listener;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ServerClock clock = new ServerClock();
    private volatile long sent;
    private volatile @Nullable OwnershipLostException lost;

    Membership(
            DataSource dataSource,
            Incarnation incarnation,
            List<NodeSql.Owned> owned,
            int allBuckets,
            PostgresConfig config,
            Outage outage,
            Consumer<OwnershipLostException> listener) {
        this.dataSource = dataSource;
        this.incarnation = incarnation;
        this.epochs = new long[allBuckets];
        owned.forEach(bucket -> epochs[bucket.bucket()] = bucket.epoch());
        this.buckets = owned.stream().mapToInt(NodeSql.Owned::bucket).toArray();
        this.lease = config.lease();
        this.interval = config.heartbeat();
        this.outage = outage;
        this.listener = listener;
        this.thread = Thread.ofPlatform().daemon().name("holdfast-heartbeat").unstarted(this::run);
    }

    /** {@code now} is the database's clock, just read. */
    void start(Instant now) {
        clock.set(now);
        sent = System.nanoTime();
        thread.start();
    }

    void close() throws InterruptedException {
        end(new OwnershipLostException("node " + incarnation.node() + " has closed"));
        thread.interrupt();
        thread.join();
    }

    private void run() {
        long counter = 0;
        while (lost == null) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(lease.toMillis()));
                Jdbi jdbi = Sql.on(connection);
                while (lost == null) {
                    beat(jdbi, ++counter);
                    Thread.sleep(interval);
                }
            } catch (SQLException | JdbiException e) {
                outage.failed(e);
                sleepQuietly();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void beat(Jdbi jdbi, long counter) {
        long sending = System.nanoTime();
        Optional<Instant> at = jdbi.withExtension(NodeSql.class, sql -> sql.beat(incarnation.id(), counter));
        if (at.isEmpty()) {
            lose(new OwnershipLostException("another process has declared node " + incarnation.node() + " dead"));
            return;
        }
        clock.correct(at.orElseThrow(), sending, System.nanoTime());
        renew(sending);
        outage.over();
        if (counter % PRUNE_EVERY == 0) {
            jdbi.withExtension(NodeSql.class, sql -> sql.prune(incarnation.id(), counter - 1));
        }
    }

    private void renew(long sending) {
        lock.lock();
        try {
            sent = sending;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The ownership is gone for good. The first one to find out tells. */
    void lose(OwnershipLostException reason) {
        if (end(reason)) {
            listener.accept(reason);
        }
    }

    /** Whether it was not over already. */
    private boolean end(OwnershipLostException reason) {
        lock.lock();
        try {
            if (lost != null) {
                return false;
            }
            lost = reason;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void sleepQuietly() {
        try {
            Thread.sleep(Math.min(interval.toMillis(), 200));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The database's clock, as of the last heartbeat. */
    Instant now() {
        return clock.now();
    }

    /** One of the owned buckets, at random. */
    int anyBucket() {
        return buckets[ThreadLocalRandom.current().nextInt(buckets.length)];
    }

    Integer[] buckets() {
        return Arrays.stream(buckets).boxed().toArray(Integer[]::new);
    }

    @Override
    public String node() {
        return incarnation.node();
    }

    @Override
    public int nodeNumber() {
        return incarnation.number();
    }

    @Override
    public long epoch(int bucket) {
        requireNotLost();
        return epochs[bucket];
    }

    private void requireNotLost() {
        OwnershipLostException reason = lost;
        if (reason != null) {
            throw new OwnershipLostException(String.valueOf(reason.getMessage()));
        }
    }

    @Override
    public boolean leaseHeld() {
        return lost == null && System.nanoTime() - sent < lease.toNanos();
    }

    @Override
    public void awaitLease() throws InterruptedException {
        if (leaseHeld()) {
            return;
        }
        lock.lock();
        try {
            while (!leaseHeld()) {
                requireNotLost();
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }
}
