package dev.holdfast.postgres;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Watches whether other incarnations are silent, by this process's own monotonic clock: dead is who was seen with the
 * same counter for a full lease, on one and the same server, without a gap of over half a lease between two looks. One
 * thread.
 */
final class DeathWatch {
    /** {@code spoke}: the counter has moved between two looks. */
    private record Seen(long counter, long since, boolean spoke) {}

    private final Duration lease;
    private final Map<UUID, Seen> seen = new HashMap<>();
    private String server = "";
    private long lastLook = System.nanoTime();

    DeathWatch(Duration lease) {
        this.lease = lease;
    }

    /** To be called before each round of looks; a gap, or another server, starts everything over. */
    void look(Handle handle) {
        long now = System.nanoTime();
        String current = handle.attach(NodeSql.class).server();
        if (!current.equals(server) || now - lastLook > lease.toNanos() / 2) {
            seen.clear();
        }
        server = current;
        lastLook = now;
    }

    /** Whether this one has been silent for a full lease. */
    boolean isSilent(Handle handle, UUID incarnation) {
        long counter = handle.attach(NodeSql.class).counter(incarnation);
        Seen before = seen.get(incarnation);
        if (before == null || before.counter() != counter) {
            seen.put(incarnation, new Seen(counter, System.nanoTime(), before != null));
            return false;
        }
        return System.nanoTime() - before.since() >= lease.toNanos();
    }

    /** Whether it was seen to say something, by the looks of {@link #isSilent}. */
    boolean isAlive(UUID incarnation) {
        Seen before = seen.get(incarnation);
        return before != null && before.spoke();
    }
}
