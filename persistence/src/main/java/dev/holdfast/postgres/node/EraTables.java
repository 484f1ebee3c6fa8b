package dev.holdfast.postgres.node;

import dev.holdfast.postgres.cluster.Heartbeat;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.schema.Installation;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the tables of the next eras, whatever retention does meanwhile, because without them nothing is accepted.
 * Looks at the clock of the database all the time, also because it may jump, and asks the database once in an era.
 * Scheduled by the runtime; the statements run on a thread of their own, because deferred writes wait for the clock's.
 */
final class EraTables {
    private static final Logger LOG = LoggerFactory.getLogger(EraTables.class);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration RETRY_MAX = Duration.ofSeconds(10);

    private final Jdbi jdbi;
    private final Installation installation;
    private final Heartbeat heartbeat;
    /** Shorter where eras are short, because removing an era may hold the same lock for a moment. */
    private final Duration retry;

    private final AtomicBoolean creating = new AtomicBoolean();
    /** The era for which, and for the next ones, this runtime has created the tables; 0 before. */
    private volatile int created;

    private volatile long notBeforeNanos = System.nanoTime();

    EraTables(Jdbi jdbi, Installation installation, Heartbeat heartbeat) {
        this.jdbi = jdbi;
        this.installation = installation;
        this.heartbeat = heartbeat;
        Duration part = installation.era().dividedBy(10);
        this.retry = part.compareTo(RETRY_MAX) < 0 ? part : RETRY_MAX;
    }

    /** Looks until the clock is shut down. */
    void schedule(ScheduledExecutorService clock) {
        Future<?> unused =
                clock.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Without a lease this node may not know the time, and needs no room. */
    private void look() {
        Instant at = heartbeat.now();
        boolean due = installation.eraAt(at) != created && System.nanoTime() - notBeforeNanos >= 0;
        if (due && heartbeat.leaseHeld() && creating.compareAndSet(false, true)) {
            Thread.ofVirtual().name("holdfast-eras").start(() -> create(at));
        }
    }

    private void create(Instant at) {
        try {
            installation.addEras(jdbi, at);
            created = installation.eraAt(at);
        } catch (JdbiException e) {
            if (heartbeat.leaseHeld()) { // else it is an outage, or this node closes
                LOG.warn(
                        "the tables of the next era could not be created, trying again in {}: {}",
                        retry,
                        Outage.reason(e));
            }
            notBeforeNanos = System.nanoTime() + retry.toNanos();
        } finally {
            creating.set(false);
        }
    }
}
