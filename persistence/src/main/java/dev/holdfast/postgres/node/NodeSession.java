package dev.holdfast.postgres.node;

import dev.holdfast.HoldfastException;
import dev.holdfast.NotAdoptedException;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.StepTransaction;
import dev.holdfast.spi.StepTransactions;
import dev.holdfast.spi.TransactionalBody;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process as a node, over all its incarnations. When it loses its ownership, it joins again by itself, and retries
 * until it succeeds. In a restored copy it waits for the adoption and owns nothing until then. Made by the store. Safe
 * for all threads.
 */
public final class NodeSession implements Ownership, StepTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    /** Of a body in a transaction: it holds one of few connections, and locks that others wait for. */
    private static final Duration BODY_TIMEOUT = Duration.ofSeconds(30);

    private final NodeRuntime.Parts parts;
    private volatile List<DefinitionVersion> definitions = List.of();
    private @Nullable OwnershipListener listener;
    private @Nullable Thread rejoining;
    private volatile @Nullable NodeRuntime current;
    private volatile boolean waitsForAdoption;
    private boolean closed;

    public NodeSession(NodeRuntime.Parts parts) {
        this.parts = parts;
    }

    /** Becomes a node that runs these. Throws {@link HoldfastException}, also if the database refuses what it needs. */
    public void join(OwnershipListener ownershipListener, Collection<DefinitionVersion> versions)
            throws InterruptedException {
        definitions = List.copyOf(versions);
        synchronized (this) {
            listener = ownershipListener;
        }
        NodeRuntime node;
        try {
            node = NodeRuntime.become(parts, definitions, ownershipListener, this::lost);
        } catch (NotAdoptedException e) {
            awaitAdoption(e);
            beginRejoining(ownershipListener);
            return;
        } catch (JdbiException e) {
            throw parts.outage().unavailable(Access.READS, e);
        }
        current = node;
        node.start();
        Optional<String> refusal = parts.outage().refusal();
        if (refusal.isPresent()) {
            throw new HoldfastException("the database refuses this node: " + refusal.orElseThrow());
        }
    }

    private void awaitAdoption(NotAdoptedException reason) {
        if (!waitsForAdoption) {
            waitsForAdoption = true;
            current = null; // nothing reads or deletes for what it owned before
            LOG.warn("this node runs nothing: {}", reason.getMessage());
        }
    }

    /** Empty before it has joined, and while it waits for an adoption. */
    public Optional<NodeRuntime> joined() {
        return Optional.ofNullable(current);
    }

    /** The buckets that this node owns and is not giving up; none while it has not joined. */
    public List<Integer> ownedBuckets() {
        return joined().map(node -> node.ownedBuckets().active()).orElse(List.of());
    }

    /**
     * Throws {@link IllegalStateException} before {@link #join}, and {@link OwnershipLostException} while this node
     * waits for an adoption.
     */
    public NodeRuntime current() {
        NodeRuntime node = current;
        if (node == null && waitsForAdoption) {
            throw new OwnershipLostException("this node waits until its database is adopted");
        }
        if (node == null) {
            throw new IllegalStateException("this store has not joined yet");
        }
        return node;
    }

    /** The node for a submission. Throws {@link NotAdoptedException} while it waits for an adoption. */
    public NodeRuntime accepting() {
        requireAdopted();
        return current();
    }

    private synchronized void lost(OwnershipLostException reason) {
        OwnershipListener notified = listener;
        if (notified == null || closed) {
            return;
        }
        parts.metrics().fenced();
        notified.lost(reason);
        beginRejoining(notified);
    }

    private synchronized void beginRejoining(OwnershipListener notified) {
        rejoining = Thread.ofPlatform().daemon().name("holdfast-rejoin").start(() -> rejoin(notified));
    }

    private void rejoin(OwnershipListener notified) {
        try {
            NodeRuntime former = current;
            if (former != null) {
                former.abandon();
            }
            NodeRuntime next = becomeWithRetries(notified);
            if (makeCurrent(next)) {
                LOG.info("node {} has joined", next.incarnation().node());
                next.start();
            } else {
                next.close();
            }
        } catch (InterruptedException e) {
            LOG.debug("closing: this node does not join again");
        }
    }

    private NodeRuntime becomeWithRetries(OwnershipListener notified) throws InterruptedException {
        String logged = "";
        while (true) {
            try {
                return NodeRuntime.become(parts, definitions, notified, this::lost);
            } catch (NotAdoptedException e) {
                awaitAdoption(e);
                Thread.sleep(parts.config().heartbeat());
            } catch (JdbiException e) {
                parts.outage().failed(Access.READS, e);
                Thread.sleep(parts.config().heartbeat());
            } catch (HoldfastException e) {
                String reason = String.valueOf(e.getMessage());
                if (!reason.equals(logged)) {
                    LOG.warn("this node cannot join again yet, trying until it can: {}", reason);
                    logged = reason;
                }
                Thread.sleep(parts.config().heartbeat());
            }
        }
    }

    private synchronized boolean makeCurrent(NodeRuntime next) {
        if (!closed) {
            current = next;
            waitsForAdoption = false;
        }
        return !closed;
    }

    public void close() {
        Thread joining;
        synchronized (this) {
            closed = true;
            joining = rejoining;
        }
        if (joining != null) {
            joining.interrupt();
            try {
                joining.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        NodeRuntime node = current;
        if (node != null) {
            node.close();
        }
    }

    @Override
    public Duration bodyTimeout() {
        return BODY_TIMEOUT;
    }

    @Override
    public StepTransaction begin(String definition, TransactionalBody<?> body, Duration limit)
            throws InterruptedException {
        return current().lanes().begin(definition, body.isolation(), limit);
    }

    @Override
    public String node() {
        return parts.config().nodeName();
    }

    @Override
    public int nodeNumber() {
        return current().incarnation().number();
    }

    @Override
    public long epoch(int bucket) {
        NodeRuntime node = current();
        node.heartbeat().requireNotLost();
        return node.ownedBuckets().epoch(bucket);
    }

    @Override
    public Instant now() {
        return current().heartbeat().now();
    }

    @Override
    public boolean leaseHeld() {
        NodeRuntime node = current;
        return node != null && node.heartbeat().leaseHeld();
    }

    @Override
    public void requireAdopted() {
        if (waitsForAdoption) {
            throw new NotAdoptedException();
        }
    }

    @Override
    public void awaitLease() throws InterruptedException {
        current().heartbeat().awaitLease();
    }
}
