package dev.holdfast.postgres;

import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node holds open while it owns its buckets: writers, heartbeat, admission, and the housekeeping clock. */
final class NodeConnections {
    private static final Logger LOG = LoggerFactory.getLogger(NodeConnections.class);

    private static final Duration DRAIN = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final Incarnation incarnation;
    private final Membership membership;
    private final CheckpointQueue queue;
    private final Admissions admissions;
    private final Sweeper sweeper;
    private final List<Writer> writers = new ArrayList<>();
    private final ScheduledExecutorService clock;
    private final AtomicBoolean closed = new AtomicBoolean();

    private NodeConnections(
            DataSource dedicated,
            Jdbi jdbi,
            PostgresConfig config,
            Installation installation,
            Outage outage,
            Incarnation incarnation,
            List<NodeSql.Owned> owned,
            Consumer<OwnershipLostException> lost) {
        this.jdbi = jdbi;
        this.incarnation = incarnation;
        this.clock = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("holdfast-housekeeping").factory());
        this.queue = new CheckpointQueue(config.queueMaxEntries(), config.queueMaxBytes(), config.heldFor());
        this.membership =
                new Membership(dedicated, incarnation, owned, installation.ids().buckets(), config, outage, reason -> {
                    queue().close(reason);
                    lost.accept(reason);
                });
        this.admissions = new Admissions(
                dedicated, Enrolment.none(incarnation, config.writers()), config.lease(), outage, installation.ids());
        this.sweeper = new Sweeper(jdbi, clock, outage);
        for (int number = 0; number < config.writers(); number++) {
            writers.add(new Writer(
                    dedicated,
                    queue,
                    Enrolment.none(incarnation, number),
                    config.lease(),
                    outage,
                    sweeper,
                    membership::lose));
        }
        Future<?> unused = clock.scheduleWithFixedDelay(() -> addEras(installation), 1, 60, TimeUnit.MINUTES);
    }

    /** Becomes a node, takes the buckets, starts everything; waits while others have them. */
    static NodeConnections join(
            DataSource dedicated,
            Jdbi jdbi,
            PostgresConfig config,
            Installation installation,
            Outage outage,
            Consumer<OwnershipLostException> lost)
            throws InterruptedException {
        Claims claims = new Claims(jdbi, config.lease(), outage);
        Incarnation incarnation = claims.become(config.nodeName());
        List<NodeSql.Owned> owned = claims.takeBuckets(incarnation);
        NodeConnections node =
                new NodeConnections(dedicated, jdbi, config, installation, outage, incarnation, owned, lost);
        node.membership.start(jdbi.withExtension(NodeSql.class, NodeSql::now));
        node.queue.start();
        node.writers.forEach(Writer::start);
        node.admissions.start();
        LOG.info("node {} owns {} buckets", incarnation.node(), owned.size());
        return node;
    }

    private void addEras(Installation installation) {
        try {
            installation.addEras(jdbi, membership.now());
        } catch (JdbiException e) {
            LOG.warn("no room could be made for the next era yet, trying again in an hour", e);
        }
    }

    Membership membership() {
        return membership;
    }

    CheckpointQueue queue() {
        return queue;
    }

    Admissions admissions() {
        return admissions;
    }

    /** Stops everything and gives up the ownership, so that the next one need not wait. */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            admissions.close();
            if (membership.leaseHeld()) {
                queue.drain(DRAIN);
            }
            queue.close(new OwnershipLostException("node " + incarnation.node() + " closes"));
            for (Writer writer : writers) {
                writer.close();
            }
            membership.close();
            release();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sweeper.close();
            clock.shutdown();
        }
    }

    /**
     * Fences itself first: nothing that is still on its way may be written under the next owner. Then the next one need
     * not wait either, so that a foreigner who holds the rows of the buckets holds up nobody here.
     */
    private void release() {
        try {
            jdbi.useExtension(FenceSql.class, fence -> fence.fence(incarnation.id()));
            jdbi.useTransaction(tx -> {
                tx.execute("select pg_catalog.set_config('lock_timeout', '500ms', true)");
                tx.attach(NodeSql.class).release(incarnation.id());
            });
        } catch (JdbiException e) {
            LOG.warn("the ownership could not be given up, the next node waits for the lease: {}", e.getMessage());
        }
    }
}
