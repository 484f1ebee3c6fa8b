package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
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

/**
 * Sends this incarnation's heartbeats, renews its {@link Lease} by them, and passes on what each one observes of the
 * cluster. Made and closed by the node's runtime. It has a thread and a connection of its own; a failed heartbeat is
 * retried and reported as an outage, a refused one ends the ownership. Safe for all threads.
 */
public final class Heartbeat {
    private static final int PRUNE_EVERY = 60;
    private static final Duration RETRY = Duration.ofMillis(200);

    private final DataSource dataSource;
    private final Incarnation incarnation;
    private final Duration interval;
    private final Duration callTimeout;
    private final Outage outage;
    private final IntSupplier loaded;
    private final Consumer<OwnershipLostException> onLoss;
    private final FailureDetector detector;
    private final Lease lease;
    private final ServerClock clock = new ServerClock();
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition requested = lock.newCondition();
    private boolean beatRequested;
    private long counter;
    private volatile boolean draining;
    private volatile Consumer<ClusterObservation> observer = observation -> {};

    /**
     * {@code loaded} is the number of workflows in this process, which the nodes page shows. {@code onLoss} is called
     * once, by the first thread that finds the ownership lost.
     */
    public Heartbeat(
            DataSource dataSource,
            Incarnation incarnation,
            PostgresConfig config,
            Outage outage,
            IntSupplier loaded,
            Consumer<OwnershipLostException> onLoss) {
        this.dataSource = dataSource;
        this.incarnation = incarnation;
        this.interval = config.heartbeat();
        this.callTimeout = config.lease();
        this.outage = outage;
        this.loaded = loaded;
        this.onLoss = onLoss;
        this.detector = new FailureDetector(config.lease());
        this.lease = new Lease(config.lease());
        this.thread = Thread.ofPlatform().daemon().name("holdfast-heartbeat").unstarted(this::run);
    }

    /**
     * Sends the first heartbeat on this connection; {@code databaseTime} was just read. Empty if this incarnation is
     * fenced.
     */
    public Optional<ClusterObservation> begin(Jdbi jdbi, Instant databaseTime) {
        clock.set(databaseTime);
        return beat(jdbi);
    }

    /** Sends heartbeats from now on; {@code listener} is called with each observation, on the heartbeat's thread. */
    public void start(Consumer<ClusterObservation> listener) {
        observer = listener;
        thread.start();
    }

    /** Whether its thread runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    public void close() throws InterruptedException {
        lease.end(new OwnershipLostException("node " + incarnation.node() + " has closed"));
        thread.interrupt();
        thread.join();
    }

    private void run() {
        while (!lease.isEnded()) {
            try (Connection connection = dataSource.getConnection()) {
                connection.setNetworkTimeout(Runnable::run, Math.toIntExact(callTimeout.toMillis()));
                Jdbi jdbi = JdbiFactory.on(connection);
                while (!lease.isEnded()) {
                    beat(jdbi).ifPresent(observer);
                    Duration silence = detector.untilSilence();
                    pause(silence.compareTo(interval) < 0 ? silence : interval);
                }
            } catch (SQLException | JdbiException e) {
                outage.failed(Access.WRITES, e);
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
        long sent = System.nanoTime();
        long number = ++counter;
        Optional<ClusterView> observed = jdbi.withExtension(
                NodeSql.class, sql -> sql.beat(incarnation.id(), number, loaded.getAsInt(), draining));
        long answered = System.nanoTime();
        if (observed.isEmpty()) {
            lose(new OwnershipLostException("another process has declared node " + incarnation.node()
                    + " dead, or its database is a restored copy now"));
            return Optional.empty();
        }
        ClusterView view = observed.orElseThrow();
        clock.correct(view.at(), sent, answered);
        lease.renew(sent);
        outage.works(Access.WRITES);
        if (number % PRUNE_EVERY == 0) {
            jdbi.withExtension(NodeSql.class, sql -> sql.prune(incarnation.id(), number - 1));
        }
        return Optional.of(new ClusterObservation(view, silent(view, sent, answered)));
    }

    private Map<UUID, Long> silent(ClusterView view, long sent, long answered) {
        Map<UUID, Long> counters = new HashMap<>(view.living().stream()
                .collect(Collectors.toMap(ClusterView.Peer::incarnation, ClusterView.Peer::counter)));
        counters.remove(incarnation.id());
        detector.observe(view.server(), counters, sent, answered);
        counters.keySet().removeIf(other -> !detector.isSilent(other));
        return counters;
    }

    private void pause(Duration time) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = time.toNanos();
            while (left > 0 && !beatRequested) {
                left = requested.awaitNanos(left);
            }
            beatRequested = false;
        } finally {
            lock.unlock();
        }
    }

    /** Announces with each heartbeat from now on that this node is about to close. */
    public void drain() {
        draining = true;
        beatNow();
    }

    /** Sends the next heartbeat at once, for what it observes. */
    public void beatNow() {
        lock.lock();
        try {
            beatRequested = true;
            requested.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the ownership for good, and reports the first reason. */
    public void lose(OwnershipLostException reason) {
        if (lease.end(reason)) {
            onLoss.accept(reason);
        }
    }

    /** The database's clock, as of the last heartbeat. */
    public Instant now() {
        return clock.now();
    }

    /** Whether the ownership is lost, or given up. */
    public boolean isOver() {
        return lease.isEnded();
    }

    /** Throws {@link OwnershipLostException} once the ownership is lost. */
    public void requireNotLost() {
        lease.requireNotEnded();
    }

    public boolean leaseHeld() {
        return lease.isHeld();
    }

    /** The time since the sending of the last heartbeat that was committed. */
    public Duration leaseAge() {
        return lease.age();
    }

    /** Waits until the lease is held. Throws {@link OwnershipLostException} once the ownership is lost. */
    public void awaitLease() throws InterruptedException {
        lease.await();
    }
}
