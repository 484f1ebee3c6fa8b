package dev.holdfast.postgres;

import dev.holdfast.HoldfastException;
import dev.holdfast.spi.BucketListener;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipLostException;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process as a node: one incarnation after the other, since one that has lost its ownership joins again
 * by itself. Safe for all threads.
 */
final class NodeLife implements Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLife.class);

    private final NodeConnections.Parts parts;
    private @Nullable BucketListener listener;
    private @Nullable Thread rejoining;
    private volatile @Nullable NodeConnections current;
    private boolean closed;

    NodeLife(NodeConnections.Parts parts) {
        this.parts = parts;
    }

    void join(BucketListener told) throws InterruptedException {
        synchronized (this) {
            listener = told;
        }
        NodeConnections node;
        try {
            node = NodeConnections.become(parts, told, this::lost);
        } catch (JdbiException e) {
            throw parts.outage().unavailable(e);
        }
        current = node;
        node.start();
    }

    /** Empty before {@link #join}. */
    Optional<NodeConnections> joined() {
        return Optional.ofNullable(current);
    }

    /** Throws {@link IllegalStateException} before {@link #join}. */
    NodeConnections current() {
        NodeConnections node = current;
        if (node == null) {
            throw new IllegalStateException("this store has not joined yet");
        }
        return node;
    }

    private synchronized void lost(OwnershipLostException reason) {
        BucketListener told = listener;
        if (told == null || closed) {
            return;
        }
        parts.metrics().fenced();
        told.lost(reason);
        rejoining = Thread.ofPlatform().daemon().name("holdfast-rejoin").start(() -> rejoin(told));
    }

    private void rejoin(BucketListener told) {
        try {
            current().abandon();
            NodeConnections next = becomePatiently(told);
            if (adopt(next)) {
                LOG.info("node {} has joined again", next.incarnation().node());
                next.start();
            } else {
                next.close();
            }
        } catch (InterruptedException e) {
            LOG.debug("closing: this node does not join again");
        }
    }

    private NodeConnections becomePatiently(BucketListener told) throws InterruptedException {
        String trouble = "";
        while (true) {
            try {
                return NodeConnections.become(parts, told, this::lost);
            } catch (HoldfastException | JdbiException e) {
                String now = Outage.reason(e);
                if (!now.equals(trouble)) {
                    LOG.warn("this node cannot join again yet, trying until it can: {}", now);
                    trouble = now;
                }
                Thread.sleep(parts.config().heartbeat());
            }
        }
    }

    private synchronized boolean adopt(NodeConnections next) {
        if (!closed) {
            current = next;
        }
        return !closed;
    }

    void close() {
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
        NodeConnections node = current;
        if (node != null) {
            node.close();
        }
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
        NodeConnections node = current();
        node.membership().requireNotLost();
        return node.holdings().epoch(bucket);
    }

    @Override
    public boolean leaseHeld() {
        NodeConnections node = current;
        return node != null && node.membership().leaseHeld();
    }

    @Override
    public void awaitLease() throws InterruptedException {
        current().membership().awaitLease();
    }
}
