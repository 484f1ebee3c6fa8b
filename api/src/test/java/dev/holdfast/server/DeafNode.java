package dev.holdfast.server;

import dev.holdfast.spi.BucketListener;
import dev.holdfast.spi.OwnershipLostException;
import java.util.Set;

/** A node that takes nothing up and decides nothing. */
final class DeafNode implements BucketListener {
    @Override
    public void gained(Set<Integer> buckets) {}

    @Override
    public void vacate(Set<Integer> buckets) {}

    @Override
    public void lost(OwnershipLostException reason) {}

    @Override
    public void wake() {}

    @Override
    public int loaded() {
        return 0;
    }
}
