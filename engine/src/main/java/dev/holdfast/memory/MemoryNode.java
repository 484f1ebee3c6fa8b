package dev.holdfast.memory;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.spi.Announcement;
import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node that has joined. It owns all buckets until another node joins or it ends. Safe for all threads. */
final class MemoryNode {
    private final MemoryDatabase database;
    private final String node;
    private final int number;
    private final long epoch;
    private final Instant joinedAt;
    private final List<DefinitionVersion> definitions;
    private final Consumer<OwnershipLostException> lost;
    private final Runnable wake;
    private final AtomicReference<@Nullable String> over = new AtomicReference<>();

    MemoryNode(
            MemoryDatabase database,
            String node,
            int number,
            long epoch,
            Collection<DefinitionVersion> definitions,
            Consumer<OwnershipLostException> lost,
            Runnable wake) {
        this.database = database;
        this.node = node;
        this.number = number;
        this.epoch = epoch;
        this.joinedAt = database.now();
        this.definitions = definitions.stream().sorted().toList();
        this.lost = lost;
        this.wake = wake;
    }

    /** Makes the node look for due workflows. */
    void wake() {
        wake.run();
    }

    /** Ends the membership because another node is the owner; notifies the listener. */
    void deposed(MemoryNode by) {
        if (over.compareAndSet(null, "node " + by.node + " has taken over")) {
            lost.accept(exception());
        }
    }

    /** Ends the membership after a close or a crash, without notifying the listener. */
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

    String node() {
        return node;
    }

    int number() {
        return number;
    }

    long epoch() {
        return epoch;
    }

    List<Announcement> announcements() {
        return definitions.stream()
                .map(version -> new Announcement(version, true))
                .toList();
    }

    NodeSummary summary() {
        return new NodeSummary(
                node,
                "memory",
                joinedAt,
                definitions,
                MemoryDatabase.BUCKETS,
                epoch,
                0,
                database.waiting(),
                Duration.ZERO);
    }
}
