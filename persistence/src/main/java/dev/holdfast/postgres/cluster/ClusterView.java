package dev.holdfast.postgres.cluster;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node sees with each heartbeat: who else there is, and which buckets nobody owns. Immutable.
 *
 * @param at the database's clock
 * @param server changes when the server was restarted or failed over
 * @param living the incarnations that are not fenced, this one included
 * @param mine the buckets of the one that looks
 */
public record ClusterView(Instant at, String server, List<Peer> living, List<Free> free, List<BucketSql.Owned> mine) {
    /**
     * One that is not fenced.
     *
     * @param number of its node
     * @param counter of its last heartbeat, 0 before the first
     * @param leaving it is about to close, and has no share any more
     */
    public record Peer(UUID incarnation, int number, long counter, boolean leaving) {}

    /**
     * A bucket that may be taken.
     *
     * @param epoch of the last change of hands
     * @param former the fenced incarnation that owned it; null where it was given up
     */
    record Free(int bucket, long epoch, @Nullable UUID former) {}
}
