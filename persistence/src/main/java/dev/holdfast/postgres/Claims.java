package dev.holdfast.postgres;

import dev.holdfast.HoldfastException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process becomes a node and takes the buckets: at once when the former incarnation of its name is gone, after a
 * lease of silence when that cannot be known, and not while another node lives. Whoever is declared dead is fenced
 * first, its backends are ended, and only when none of its batches is in flight its buckets are taken. One thread.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final Jdbi jdbi;
    private final Duration lease;
    private final Outage outage;
    private final DeathWatch watch;

    Claims(Jdbi jdbi, Duration lease, Outage outage) {
        this.jdbi = jdbi;
        this.lease = lease;
        this.outage = outage;
        this.watch = new DeathWatch(lease);
    }

    /** Becomes the newest incarnation of the name. Throws {@link HoldfastException} while another process has it. */
    Incarnation become(String name) throws InterruptedException {
        UUID id = UUID.randomUUID();
        while (true) {
            Optional<NodeSql.Node> former = jdbi.withExtension(NodeSql.class, sql -> sql.find(name));
            Optional<Integer> number = former.isEmpty()
                    ? jdbi.withExtension(NodeSql.class, sql -> sql.add(name, id))
                    : former.map(NodeSql.Node::number);
            if (former.isPresent()) {
                UUID dead = former.orElseThrow().incarnation();
                awaitDeath(name, dead);
                declareDead(dead);
                if (jdbi.withExtension(NodeSql.class, sql -> sql.replace(name, id, dead)) == 0) {
                    continue;
                }
            }
            if (number.isPresent()) {
                return new Incarnation(name, number.orElseThrow(), id);
            }
        }
    }

    private void awaitDeath(String name, UUID former) throws InterruptedException {
        boolean told = false;
        while (!jdbi.withHandle(handle -> isGone(handle, former))) {
            if (watch.isAlive(former)) {
                throw new HoldfastException("another process is running as node \"" + name
                        + "\": give this one another name with --node-name, or stop the other one");
            }
            if (!told) {
                LOG.info("a former process of node {} may still be there, watching it for {}", name, lease);
                told = true;
            }
            pause();
        }
    }

    /**
     * Whether nothing that this incarnation sent can still arrive, or it is silent for long enough to be declared. One
     * that has not enrolled a connection yet may be about to.
     */
    private boolean isGone(Handle handle, UUID former) {
        FenceSql fence = handle.attach(FenceSql.class);
        watch.look(handle);
        boolean enrolled = !fence.connections(former).isEmpty();
        return fence.isFenced(former) || enrolled && fence.backendsAlive(former) == 0 || watch.isSilent(handle, former);
    }

    /** Shuts it out; returns when none of its batches is in flight. Reads after this see all that it has written. */
    private void declareDead(UUID dead) throws InterruptedException {
        jdbi.useExtension(FenceSql.class, fence -> fence.fence(dead));
        List<Integer> connections = jdbi.withExtension(FenceSql.class, fence -> fence.connections(dead));
        for (int connection : connections) {
            while (!isIdle(dead, connection)) {
                jdbi.useExtension(FenceSql.class, fence -> fence.terminateAll(dead));
                pause();
            }
        }
        jdbi.useExtension(FenceSql.class, fence -> fence.terminateAll(dead));
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

    /** Takes all buckets; waits while a living node has some. */
    List<NodeSql.Owned> takeBuckets(Incarnation mine) throws InterruptedException {
        String waitsFor = "";
        while (true) {
            try {
                requireNotReplaced(mine);
                List<NodeSql.Owner> living = livingOwners(mine);
                if (living.isEmpty() && claim(mine)) {
                    return jdbi.withExtension(NodeSql.class, sql -> sql.owned(mine.id()));
                }
                String now = String.join(
                        ", ", living.stream().map(NodeSql.Owner::owner).toList());
                if (!living.isEmpty() && !now.equals(waitsFor)) {
                    LOG.info("the workflows are owned by node {}; waiting until it stops", now);
                    waitsFor = now;
                }
            } catch (JdbiException e) {
                outage.failed(e);
            }
            pause();
        }
    }

    /** One that waits says nothing, so that another process of its name may have taken it for dead. */
    private void requireNotReplaced(Incarnation mine) {
        if (jdbi.withExtension(FenceSql.class, fence -> fence.isFenced(mine.id()))) {
            throw new HoldfastException("another process has become node \"" + mine.node()
                    + "\" while this one waited: give this one another name with --node-name, or stop the other one");
        }
    }

    private List<NodeSql.Owner> livingOwners(Incarnation mine) throws InterruptedException {
        List<NodeSql.Owner> others = jdbi.withExtension(NodeSql.class, sql -> sql.others(mine.id()));
        List<NodeSql.Owner> living = new ArrayList<>();
        jdbi.useHandle(watch::look);
        for (NodeSql.Owner other : others) {
            UUID incarnation = other.incarnation();
            boolean fenced = jdbi.withExtension(FenceSql.class, fence -> fence.isFenced(incarnation));
            if (fenced || jdbi.withHandle(handle -> watch.isSilent(handle, incarnation))) {
                declareDead(incarnation);
            } else {
                living.add(other);
            }
        }
        return living;
    }

    /** Takes what the fenced have; false when somebody else was faster. */
    private boolean claim(Incarnation mine) {
        return jdbi.inTransaction(tx -> {
            tx.execute("select pg_catalog.set_config('lock_timeout', '1s', true)");
            NodeSql sql = tx.attach(NodeSql.class);
            sql.lockClaims();
            FenceSql fence = tx.attach(FenceSql.class);
            UUID[] dead = sql.others(mine.id()).stream()
                    .map(NodeSql.Owner::incarnation)
                    .filter(fence::isFenced)
                    .toArray(UUID[]::new);
            return !fence.isFenced(mine.id()) && sql.claim(mine.node(), mine.id(), dead) > 0;
        });
    }

    private void pause() throws InterruptedException {
        Thread.sleep(lease.dividedBy(20));
    }
}
