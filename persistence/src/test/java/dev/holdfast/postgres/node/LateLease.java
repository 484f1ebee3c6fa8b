package dev.holdfast.postgres.node;

import dev.holdfast.postgres.StoreWith;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Store;
import java.time.Instant;

/** The ownership of a node in which something happens between a committed intent and the check of the lease. */
record LateLease(Ownership ownership, Runnable before) implements Ownership {
    /** The store, but for its ownership. */
    static Store of(Store store, Runnable before) {
        LateLease late = new LateLease(store.ownership(), before);
        return StoreWith.of(store, (method, real) -> method.equals("ownership") ? late : real.ask());
    }

    @Override
    public String node() {
        return ownership.node();
    }

    @Override
    public int nodeNumber() {
        return ownership.nodeNumber();
    }

    @Override
    public long epoch(int bucket) {
        return ownership.epoch(bucket);
    }

    @Override
    public Instant now() {
        return ownership.now();
    }

    @Override
    public boolean leaseHeld() {
        return ownership.leaseHeld();
    }

    @Override
    public void requireAdopted() {
        ownership.requireAdopted();
    }

    @Override
    public void awaitLease() throws InterruptedException {
        before.run();
        ownership.awaitLease();
    }
}
