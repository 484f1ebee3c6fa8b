package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.spi.OwnershipLostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * That an incarnation lives: its heartbeat, on a thread and a connection of its own, and what it sees with each. The
 * lease runs from the sending of the last heartbeat that was committed, by the monotonic clock. Safe for all threads.
 */
public final class Heartbeat {
    private static final int PRUNE_EVERY = 60;
    private static final Duration RETRY = Duration.ofMillis(200);

    private final DataSource dataSource;
    private final Incarnation incarnation;
    private final Duration lease;
    private final Duration interval;
    private final Outage outage;
    private final IntSupplier loaded;
    private final Consumer<OwnershipLostException> listener;
    private final FailureDetector detector;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition hurried = lock.newCondition();
    private final ServerClock clock = new ServerClock();
    private long counter;
    private boolean hurry;
    private volatile long sent;
    private volatile boolean leaving;
    private volatile Consumer<ClusterObservation> sightings = sighting -> {};
    private volatile @Nullable OwnershipLostException lost;

    /** {@code loaded} is how many workflows run here, to be told to people. */
    public Heartbeat(
            DataSource dataSource,
            Incarnation incarnation,
            PostgresConfig config,
            Outage outage,
            IntSupplier loaded,
            Consumer<OwnershipLostException> listener) {
        this.dataSource = dataSource;
        this.incarnation = incarnation;
        this.lease = config.lease();
        this.interval = config.heartbeat();
        this.outage = outage;
        this.loaded = loaded;
        this.listener = listener;
        this.detector = new FailureDetector(lease);
        this.thread = Thread.ofPlatform().daemon().name("holdfast-heartbeat").unstarted(this::run);
    }

    /** The first heartbeat, on this connection; {@code now} is the database's clock, just read. Empty when fenced. */
    public Optional<ClusterObservation> begin(Jdbi jdbi, Instant now) {
        clock.set(now);
        return beat(jdbi);
    }

    /** Goes on by itself, and tells what it sees. */
    public void start(Consumer<ClusterObservation> listening) {
        sightings = listening;
        thread.start();
    }

    public void close() throws InterruptedException {
        end(new OwnershipLostException("node " + incarnation.node() + " has closed"));
        thread.interrupt();
        thread.join();
    }

    private void run() {
        while (lost == null) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(lease.toMillis()));
                Jdbi jdbi = JdbiFactory.on(connection);
                while (lost == null) {
                    beat(jdbi).ifPresent(sightings);
                    Duration silence = detector.untilSilence();
                    pause(silence.compareTo(interval) < 0 ? silence : interval);
                }
            } catch (SQLException | JdbiException e) {
                outage.failed(e);
                try {
                    pause(interval.compareTo(RETRY) < 0 ? interval : RETRY);
                } catch (InterruptedException closing) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private Optional<ClusterObservation> beat(Jdbi jdbi) {
        long asked = System.nanoTime();
        long number = ++counter;
        Optional<ClusterView> seen = jdbi.withExtension(
                NodeSql.class, sql -> sql.beat(incarnation.id(), number, loaded.getAsInt(), leaving));
        long answered = System.nanoTime();
        if (seen.isEmpty()) {
            lose(new OwnershipLostException("another process has declared node " + incarnation.node() + " dead"));
            return Optional.empty();
        }
        ClusterView view = seen.orElseThrow();
        clock.correct(view.at(), asked, answered);
        renew(asked);
        outage.over();
        if (number % PRUNE_EVERY == 0) {
            jdbi.withExtension(NodeSql.class, sql -> sql.prune(incarnation.id(), number - 1));
        }
        return Optional.of(new ClusterObservation(view, silent(view, asked, answered)));
    }

    private Map<UUID, Long> silent(ClusterView view, long asked, long answered) {
        Map<UUID, Long> counters = new HashMap<>(view.living().stream()
                .collect(Collectors.toMap(ClusterView.Peer::incarnation, ClusterView.Peer::counter)));
        counters.remove(incarnation.id());
        detector.observe(view.server(), counters, asked, answered);
        counters.keySet().removeIf(other -> !detector.isSilent(other));
        return counters;
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

    private void pause(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = time.toNanos();
            while (left > 0 && !hurry) {
                left = hurried.awaitNanos(left);
            }
            hurry = false;
        } finally {
            lock.unlock();
        }
    }

    /** Says from now on that this node is about to close. */
    public void drain() {
        leaving = true;
        hurry();
    }

    /** Beats and looks at once. */
    public void hurry() {
        lock.lock();
        try {
            hurry = true;
            hurried.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The ownership is gone for good. The first one to find out tells. */
    public void lose(OwnershipLostException reason) {
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

    /** The database's clock, as of the last heartbeat. */
    public Instant now() {
        return clock.now();
    }

    public void requireNotLost() {
        OwnershipLostException reason = lost;
        if (reason != null) {
            throw new OwnershipLostException(String.valueOf(reason.getMessage()));
        }
    }

    public boolean leaseHeld() {
        return lost == null && System.nanoTime() - sent < lease.toNanos();
    }

    /** Since the sending of the last heartbeat that was committed. */
    public Duration leaseAge() {
        return Duration.ofNanos(System.nanoTime() - sent);
    }

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
