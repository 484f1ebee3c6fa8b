package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.OwnershipListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes buckets over: declares silent owners dead, waits until nothing of theirs is in flight, claims, and lets the
 * engine load what is in a bucket before new workflows may start there. Called by the balancer. Throws
 * {@link org.jdbi.v3.core.JdbiException} when the database fails. One thread.
 */
public final class BucketTakeover {
    private static final Logger LOG = LoggerFactory.getLogger(BucketTakeover.class);

    private final BucketTable table;
    private final NodeTakeover nodes;
    private final OwnedBuckets ownedBuckets;
    private final RehomedEras rehomed;
    private final OwnershipListener listener;
    private final StoreMetrics metrics;

    public BucketTakeover(
            BucketTable table,
            NodeTakeover nodes,
            OwnedBuckets ownedBuckets,
            RehomedEras rehomed,
            OwnershipListener listener,
            StoreMetrics metrics) {
        this.table = table;
        this.nodes = nodes;
        this.ownedBuckets = ownedBuckets;
        this.rehomed = rehomed;
        this.listener = listener;
        this.metrics = metrics;
    }

    /** Fences incarnations that are silent since these heartbeats; returns whether any is fenced now. */
    boolean declareDead(Map<UUID, Long> silent) {
        boolean fenced = false;
        for (Map.Entry<UUID, Long> other : silent.entrySet()) {
            if (nodes.declareDead(other.getKey(), other.getValue())) {
                LOG.warn("another node was silent for a lease and is declared dead: incarnation {}", other.getKey());
                fenced = true;
            }
        }
        return fenced;
    }

    /** Claims up to {@code wanted} of these buckets, chosen at random, so that concurrent claims seldom collide. */
    void claim(List<ClusterView.Free> free, int wanted) throws InterruptedException {
        if (wanted == 0 || free.isEmpty()) {
            return;
        }
        List<ClusterView.Free> shuffled = new ArrayList<>(free);
        Collections.shuffle(shuffled);
        List<ClusterView.Free> chosen = shuffled.subList(0, Math.min(wanted, shuffled.size()));
        Set<UUID> formers = chosen.stream()
                .map(ClusterView.Free::former)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(HashSet::new));
        for (UUID former : formers) {
            nodes.awaitSilence(former);
        }
        List<BucketSql.Owned> claimed = table.claim(
                chosen.stream().mapToInt(ClusterView.Free::bucket).toArray(),
                chosen.stream().mapToLong(ClusterView.Free::epoch).toArray());
        countTakenOver(chosen, claimed);
        adopt(claimed);
    }

    private void countTakenOver(List<ClusterView.Free> chosen, List<BucketSql.Owned> claimed) {
        Set<Integer> ofTheDead = chosen.stream()
                .filter(bucket -> bucket.former() != null)
                .map(ClusterView.Free::bucket)
                .collect(Collectors.toSet());
        metrics.takenOver(Math.toIntExact(claimed.stream()
                .filter(owned -> ofTheDead.contains(owned.bucket()))
                .count()));
    }

    /**
     * Begins to own buckets that the database gave to this incarnation. If it fails, the next call, which each round of
     * balancing makes, finishes what is left.
     */
    void adopt(List<BucketSql.Owned> owned) throws InterruptedException {
        owned.forEach(bucket -> ownedBuckets.gain(bucket.bucket(), bucket.epoch()));
        Set<Integer> gained = ownedBuckets.gained();
        if (!gained.isEmpty()) {
            rehomed.raise(table.latestRehomed());
            listener.gained(gained);
            ownedBuckets.open(gained);
            LOG.info(
                    "node {} has taken {} buckets, {} in all",
                    table.incarnation().node(),
                    gained.size(),
                    ownedBuckets.active().size());
        }
    }
}
