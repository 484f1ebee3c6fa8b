package dev.holdfast.postgres.cluster;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotAdoptedException;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.DurationText;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a process the next incarnation of its node: at once if the former one is gone, after a lease of silence if that
 * cannot be known, and not at all while it lives. Also fences incarnations of other nodes, and waits until none of
 * their batches is in flight, before their buckets are claimed. Used at the start of a node and by its balancer. Throws
 * {@link JdbiException} when the database fails. One thread.
 */
public final class NodeTakeover {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTakeover.class);

    private final Jdbi jdbi;
    private final Duration lease;

    public NodeTakeover(Jdbi jdbi, Duration lease) {
        this.jdbi = jdbi;
        this.lease = lease;
    }

    /**
     * Becomes the newest incarnation of the name, which runs these versions. Throws {@link HoldfastException} if
     * another process runs as it, and {@link NotAdoptedException} in a restored copy.
     */
    public Incarnation become(String name, Collection<DefinitionVersion> definitions) throws InterruptedException {
        UUID id = UUID.randomUUID();
        String[] announced = definitions.stream().map(DefinitionVersion::text).toArray(String[]::new);
        jdbi.useExtension(NodeSql.class, sql -> sql.add(name));
        while (true) {
            Optional<NodeSql.Holder> holder = jdbi.withExtension(NodeSql.class, sql -> sql.holder(name));
            if (holder.orElseThrow().restored()) {
                throw new NotAdoptedException();
            }
            int number = holder.orElseThrow().number();
            int ordinal = holder.orElseThrow().ordinal() + 1;
            UUID former = holder.orElseThrow().incarnation();
            if (former != null) {
                awaitDeath(name, former);
            }
            // One transaction, so that other nodes share the buckets among either the former process or this one.
            boolean became = jdbi.inTransaction(tx -> {
                tx.attach(FenceSql.class).holdOffPruning();
                if (former != null) {
                    tx.attach(FenceSql.class).fence(former);
                }
                return tx.attach(NodeSql.class).become(number, ordinal, former, id, version(), announced) > 0;
            });
            if (became) {
                return new Incarnation(name, number, id);
            }
        }
    }

    private static String version() {
        String version = NodeTakeover.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private void awaitDeath(String name, UUID former) throws InterruptedException {
        FailureDetector detector = new FailureDetector(lease);
        boolean logged = false;
        while (!jdbi.withHandle(handle -> isGone(handle, detector, former))) {
            if (detector.isAlive(former)) {
                throw new HoldfastException("another process is running as node \"" + name
                        + "\": give this one a node name of its own, or stop the other one");
            }
            if (!logged) {
                LOG.info("a former process of node {} may still run, watching it for {}", name, DurationText.of(lease));
                logged = true;
            }
            Thread.sleep(lease.dividedBy(20));
        }
    }

    /**
     * Whether nothing that this incarnation sent can still arrive, or it was silent for a lease. An incarnation without
     * enrolled connections may be about to enrol one, so it does not count as gone.
     */
    private static boolean isGone(Handle handle, FailureDetector detector, UUID former) {
        long sent = System.nanoTime();
        NodeSql.LastHeartbeat last = handle.attach(NodeSql.class).lastHeartbeat(former);
        detector.observe(last.server(), Map.of(former, last.counter()), sent, System.nanoTime());
        FenceSql fence = handle.attach(FenceSql.class);
        boolean enrolled = !fence.connections(former).isEmpty();
        return fence.isFenced(former) || enrolled && fence.backendsAlive(former) == 0 || detector.isSilent(former);
    }

    /**
     * Fences an incarnation that is silent since this heartbeat; returns whether it is fenced now. One that has sent a
     * heartbeat in between is left alone.
     */
    boolean declareDead(UUID silent, long counter) {
        return jdbi.withExtension(FenceSql.class, fence -> {
            fence.fenceSilent(silent, counter);
            return fence.isFenced(silent);
        });
    }

    /** The name of its node, for people. */
    String name(UUID incarnation) {
        return jdbi.withExtension(NodeSql.class, sql -> sql.name(incarnation)).orElse("of incarnation " + incarnation);
    }

    /** Waits until no batch of a fenced incarnation is in flight, for a lease at most; returns whether none is. */
    public boolean awaitSilence(UUID fenced) throws InterruptedException {
        long end = System.nanoTime() + lease.toNanos();
        boolean silenced = isSilenced(fenced);
        while (!silenced && System.nanoTime() - end < 0) {
            Thread.sleep(lease.dividedBy(20));
            silenced = isSilenced(fenced);
        }
        return silenced;
    }

    /**
     * Whether no batch of a fenced incarnation is in flight; terminates the backends of those. Statements that start
     * after this see everything that it has written; a statement that waited for the batch itself would not.
     */
    boolean isSilenced(UUID fenced) {
        List<Integer> connections = jdbi.withExtension(FenceSql.class, fence -> fence.connections(fenced));
        boolean idle = connections.stream().allMatch(connection -> isIdle(fenced, connection));
        jdbi.useExtension(FenceSql.class, fence -> fence.terminateBusy(fenced));
        return idle;
    }

    private boolean isIdle(UUID incarnation, int connection) {
        try {
            return jdbi.inTransaction(tx -> {
                tx.execute("select pg_catalog.set_config('lock_timeout', '200ms', true)");
                tx.attach(FenceSql.class).awaitIdle(incarnation, connection);
                return true;
            });
        } catch (JdbiException e) {
            LOG.debug("a batch of connection {} is still in flight", connection, e);
            return false;
        }
    }
}
