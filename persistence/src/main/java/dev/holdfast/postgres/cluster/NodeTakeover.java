package dev.holdfast.postgres.cluster;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import java.time.Duration;
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
 * How a process becomes a node: at once when the former incarnation of its name is gone, after a lease of silence when
 * that cannot be known, and not while that one lives. Whoever is declared dead is fenced first, its backends are ended,
 * and only when none of its batches is in flight its buckets are taken. One thread.
 */
public final class NodeTakeover {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTakeover.class);

    private final Jdbi jdbi;
    private final Duration lease;

    public NodeTakeover(Jdbi jdbi, Duration lease) {
        this.jdbi = jdbi;
        this.lease = lease;
    }

    /** Becomes the newest incarnation of the name. Throws {@link HoldfastException} while another process has it. */
    public Incarnation become(String name) throws InterruptedException {
        UUID id = UUID.randomUUID();
        jdbi.useExtension(NodeSql.class, sql -> sql.add(name));
        while (true) {
            Optional<NodeSql.Holder> holder = jdbi.withExtension(NodeSql.class, sql -> sql.holder(name));
            int number = holder.orElseThrow().number();
            int ordinal = holder.orElseThrow().ordinal() + 1;
            UUID former = holder.orElseThrow().incarnation();
            if (former != null) {
                awaitDeath(name, former);
            }
            // The former is out and the next one there in one moment: who shares the buckets sees both, or neither.
            boolean became = jdbi.inTransaction(tx -> {
                tx.attach(FenceSql.class).holdOffPruning();
                if (former != null) {
                    tx.attach(FenceSql.class).fence(former);
                }
                return tx.attach(NodeSql.class).become(number, ordinal, id, version()) > 0;
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
        boolean told = false;
        while (!jdbi.withHandle(handle -> isGone(handle, detector, former))) {
            if (detector.isAlive(former)) {
                throw new HoldfastException("another process is running as node \"" + name
                        + "\": give this one another name with --node-name, or stop the other one");
            }
            if (!told) {
                LOG.info("a former process of node {} may still be there, watching it for {}", name, lease);
                told = true;
            }
            Thread.sleep(lease.dividedBy(20));
        }
    }

    /**
     * Whether nothing that this incarnation sent can still arrive, or it is silent for long enough to be declared. One
     * that has not enrolled a connection yet may be about to.
     */
    private static boolean isGone(Handle handle, FailureDetector detector, UUID former) {
        long asked = System.nanoTime();
        NodeSql.Sign sign = handle.attach(NodeSql.class).sign(former);
        detector.observe(sign.server(), Map.of(former, sign.counter()), asked, System.nanoTime());
        FenceSql fence = handle.attach(FenceSql.class);
        boolean enrolled = !fence.connections(former).isEmpty();
        return fence.isFenced(former) || enrolled && fence.backendsAlive(former) == 0 || detector.isSilent(former);
    }

    /**
     * Shuts out one that has been silent since this heartbeat; whether it is shut out now. One that has spoken in
     * between is left alone.
     */
    boolean declareDead(UUID silent, long counter) {
        return jdbi.withExtension(FenceSql.class, fence -> {
            fence.fenceSilent(silent, counter);
            return fence.isFenced(silent);
        });
    }

    /**
     * Returns when nothing of one that is shut out is on its way any more. Statements that start after this see all
     * that it has written; one that waited for its batch would not.
     */
    public void awaitSilence(UUID fenced) throws InterruptedException {
        List<Integer> connections = jdbi.withExtension(FenceSql.class, fence -> fence.connections(fenced));
        for (int connection : connections) {
            while (!isIdle(fenced, connection)) {
                jdbi.useExtension(FenceSql.class, fence -> fence.terminateAll(fenced));
                Thread.sleep(lease.dividedBy(20));
            }
        }
        jdbi.useExtension(FenceSql.class, fence -> fence.terminateAll(fenced));
    }

    private boolean isIdle(UUID incarnation, int connection) {
        try {
            return jdbi.inTransaction(tx -> {
                tx.execute("select pg_catalog.set_config('lock_timeout', '500ms', true)");
                tx.attach(FenceSql.class).awaitIdle(incarnation, connection);
                return true;
            });
        } catch (JdbiException e) {
            LOG.debug("a batch of connection {} is still in flight", connection, e);
            return false;
        }
    }
}
