package dev.holdfast.memory;

import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipLostException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The ownership of the node of one store; it owns nothing before it joins. Safe for all threads. */
final class MemoryOwnership implements Ownership {
    private final MemoryDatabase database;
    private final String node;
    private volatile @Nullable MemoryNode member;

    MemoryOwnership(MemoryDatabase database, String node) {
        this.database = database;
        this.node = node;
    }

    void join(MemoryNode joined) {
        member = joined;
    }

    Optional<MemoryNode> member() {
        return Optional.ofNullable(member);
    }

    private MemoryNode owner() {
        MemoryNode joined = member;
        if (joined == null || joined.isOver()) {
            throw joined == null ? new OwnershipLostException("node " + node + " has not joined") : joined.exception();
        }
        return joined;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public int nodeNumber() {
        return member().orElseThrow().number();
    }

    @Override
    public long epoch(int bucket) {
        return owner().epoch();
    }

    @Override
    public Instant now() {
        return database.now();
    }

    @Override
    public boolean leaseHeld() {
        return member().filter(one -> !one.isOver()).isPresent();
    }

    @Override
    public void requireAdopted() {
        // a database in memory is never restored
    }

    @Override
    public void awaitLease() {
        owner();
    }
}
