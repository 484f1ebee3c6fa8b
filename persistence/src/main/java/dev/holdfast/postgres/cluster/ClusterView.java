package dev.holdfast.postgres.cluster;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one heartbeat returned it: the other incarnations and the buckets without an owner. Immutable.
 *
 * @param at the database's clock
 * @param server changes when the server is restarted or fails over
 * @param living the incarnations that are not fenced, this one included
 * @param mine the buckets of the incarnation that sent the heartbeat
 */
public record ClusterView(Instant at, String server, List<Peer> living, List<Free> free, List<BucketSql.Owned> mine) {
    /**
     * An incarnation that is not fenced.
     *
     * @param number of its node
     * @param counter of its last heartbeat, 0 before the first
     * @param draining whether it is about to close, and has no share any more
     * @param gateway whether it runs nothing, and has no share
     */
    public record Peer(UUID incarnation, int number, long counter, boolean draining, boolean gateway) {
        boolean hasShare() {
            return !draining && !gateway;
        }
    }

    /**
     * A bucket that may be claimed.
     *
     * @param epoch the newest one
     * @param former the fenced incarnation that owns it; null if it was released
     */
    record Free(int bucket, long epoch, @Nullable UUID former) {}
}
