package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.OwnershipListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    /** The former owners that still have a batch in flight. */
    private final Set<UUID> inFlight = new HashSet<>();

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
                LOG.warn("node {} was silent for a lease and is declared dead", nodes.name(other.getKey()));
                fenced = true;
            }
        }
        return fenced;
    }

    /**
     * Claims up to {@code wanted} of these buckets, chosen at random, so that concurrent claims seldom collide. Those
     * of a former owner whose batch is still in flight wait for a later round, and the others do not wait for them.
     */
    void claim(List<ClusterView.Free> free, int wanted) throws InterruptedException {
        if (wanted == 0 || free.isEmpty()) {
            return;
        }
        List<ClusterView.Free> chosen = choose(free, wanted);
        List<BucketSql.Owned> claimed = table.claim(
                chosen.stream().mapToInt(ClusterView.Free::bucket).toArray(),
                chosen.stream().mapToLong(ClusterView.Free::epoch).toArray());
        countTakenOver(chosen, claimed);
        own(claimed);
    }

    private List<ClusterView.Free> choose(List<ClusterView.Free> free, int wanted) {
        List<ClusterView.Free> shuffled = new ArrayList<>(free);
        Collections.shuffle(shuffled);
        Map<UUID, Boolean> silenced = new HashMap<>();
        return shuffled.stream()
                .sorted(Comparator.comparing(bucket -> bucket.former() != null)) // first those that nobody has to leave
                .filter(bucket ->
                        bucket.former() == null || silenced.computeIfAbsent(bucket.former(), this::isSilenced))
                .limit(wanted)
                .toList();
    }

    private boolean isSilenced(UUID former) {
        boolean silenced = nodes.isSilenced(former);
        if (silenced) {
            inFlight.remove(former);
        } else if (inFlight.add(former)) {
            LOG.warn("the buckets of node {} wait, because a batch of it is still in flight", nodes.name(former));
        }
        return silenced;
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
    void own(List<BucketSql.Owned> owned) throws InterruptedException {
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
