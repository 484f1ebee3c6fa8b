package dev.holdfast.testing;

import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipLostException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node that has joined: the owner of all buckets until another one joins, or until it ends. Safe for all threads. */
final class Member implements Ownership {
    private final MemoryDatabase database;
    private final String node;
    private final int number;
    private final long epoch;
    private final Consumer<OwnershipLostException> lost;
    private final AtomicReference<@Nullable String> over = new AtomicReference<>();

    Member(MemoryDatabase database, String node, int number, long epoch, Consumer<OwnershipLostException> lost) {
        this.database = database;
        this.node = node;
        this.number = number;
        this.epoch = epoch;
        this.lost = lost;
    }

    /** Another node is the owner from now on. */
    void deposed(Member by) {
        if (over.compareAndSet(null, "node " + by.node + " has taken over")) {
            lost.accept(exception());
        }
    }

    /** It closes, or its process dies: nobody is told. */
    void end(String reason) {
        over.compareAndSet(null, reason);
    }

    boolean isOver() {
        return over.get() != null || !database.isOwner(this);
    }

    OwnershipLostException exception() {
        String reason = over.get();
        return new OwnershipLostException(
                "node " + node + " is not the owner any more: " + (reason == null ? "it was deposed" : reason));
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public int nodeNumber() {
        return number;
    }

    @Override
    public long epoch(int bucket) {
        if (isOver() || bucket < 0 || bucket >= MemoryDatabase.BUCKETS) {
            throw exception();
        }
        return epoch;
    }

    @Override
    public boolean leaseHeld() {
        return !isOver();
    }

    @Override
    public void awaitLease() {
        if (isOver()) {
            throw exception();
        }
    }
}
