package dev.holdfast.server.routes;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import java.util.List;
import java.util.Set;

/** A node that owns workflows but loads none, and applies no action. */
public final class DeafNode implements OwnershipListener {
    /** What it announces, so that it gets buckets. */
    public static final List<DefinitionVersion> DEFINITIONS = List.of(new DefinitionVersion("deaf", 1));

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
