package dev.holdfast.postgres.node;

import dev.holdfast.postgres.cluster.Pruning;
import dev.holdfast.postgres.read.InboxSql;
import dev.holdfast.postgres.retention.Retention;
import dev.holdfast.spi.WorkflowKey;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Maintains the tables of a database. Prunes control rows and sweeps the inbox a few seconds after the start and once
 * an hour, by itself. Deletes expired workflows when the engine's retention calls. Failed work is tried again in the
 * next round.
 */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final Jdbi jdbi;
    private final Retention retention;
    private final Pruning pruning;

    Housekeeping(Jdbi jdbi, Retention retention) {
        this.jdbi = jdbi;
        this.retention = retention;
        this.pruning = new Pruning(jdbi);
    }

    /**
     * Prunes and sweeps until the clock is shut down; not on the clock's thread, for which deferred writes wait. The
     * first time comes soon, because some nodes do not live for an hour, but after the connections have enrolled.
     */
    void schedule(ScheduledExecutorService clock) {
        Future<?> unused = clock.scheduleWithFixedDelay(
                () -> Thread.ofVirtual().name("holdfast-pruning").start(this::prune),
                3,
                TimeUnit.HOURS.toSeconds(1),
                TimeUnit.SECONDS);
    }

    private void prune() {
        try {
            pruning.run();
            jdbi.withExtension(InboxSql.class, InboxSql::sweep);
        } catch (JdbiException e) {
            LOG.debug("pruning has failed, the next try is in an hour", e);
        }
    }

    /** Runs a round of retention; returns owned workflows that must be copied before their era can go. One thread. */
    List<WorkflowKey> retire() {
        return retention.round();
    }
}
