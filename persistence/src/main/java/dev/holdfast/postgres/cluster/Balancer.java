package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.OwnershipListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node to its share of the buckets: declares the silent dead, takes what is free, gives up what is too
 * much. Each node only ever acts on its own share, so that nodes need not agree; what one gives up another one finds
 * free with its next heartbeat. A thread of its own.
 */
public final class Balancer {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

    /** Buckets that are given up at a time, so that the rest takes new workflows meanwhile. */
    private static final int VACATING_MAX = 32;

    private static final Duration VACATE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration VACATE_LOOK = Duration.ofMillis(20);

    /** How many buckets are this node's. */
    @FunctionalInterface
    public interface Share {
        int of(List<ClusterView.Peer> living, UUID mine, int buckets);
    }

    private final Jdbi jdbi;
    private final NodeTakeover takeover;
    private final Incarnation incarnation;
    private final OwnedBuckets ownedBuckets;
    private final Heartbeat heartbeat;
    private final OwnershipListener listener;
    private final Notifier notifier;
    private final Outage outage;
    private final Share share;
    private final StoreMetrics metrics;
    private final int buckets;
    private final RehomedEras rehomed;
    private final BlockingQueue<ClusterObservation> newest = new ArrayBlockingQueue<>(1);
    /** Given up here, but the database does not know yet; with their epochs. */
    private final Map<Integer, Long> releasing = new HashMap<>();

    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-balancer").unstarted(this::run);
    private long vacatingSince;
    private boolean resting;
    private volatile boolean leaving;
    private volatile boolean closed;

    public Balancer(
            Jdbi jdbi,
            NodeTakeover takeover,
            Incarnation incarnation,
            OwnedBuckets ownedBuckets,
            Heartbeat heartbeat,
            OwnershipListener listener,
            Notifier notifier,
            Outage outage,
            Share share,
            StoreMetrics metrics,
            int buckets,
            RehomedEras rehomed) {
        this.jdbi = jdbi;
        this.takeover = takeover;
        this.incarnation = incarnation;
        this.ownedBuckets = ownedBuckets;
        this.heartbeat = heartbeat;
        this.listener = listener;
        this.notifier = notifier;
        this.outage = outage;
        this.share = share;
        this.metrics = metrics;
        this.buckets = buckets;
        this.rehomed = rehomed;
    }

    /** The same number for all that stay, one more for the first ones where it does not divide. */
    public static int evenly(List<ClusterView.Peer> living, UUID mine, int buckets) {
        List<UUID> order = living.stream()
                .filter(peer -> !peer.leaving())
                .sorted(Comparator.comparingInt(ClusterView.Peer::number))
                .map(ClusterView.Peer::incarnation)
                .toList();
        int rank = order.indexOf(mine);
        return buckets / order.size() + (rank < buckets % order.size() ? 1 : 0);
    }

    public void start() {
        thread.start();
    }

    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    /** Everything is to be given up as it becomes empty: this node is about to close. */
    public void drain() {
        leaving = true;
    }

    /** From the heartbeat's thread; one that was not looked at yet is replaced. */
    public void offer(ClusterObservation sighting) {
        newest.clear();
        newest.add(sighting);
    }

    private void run() {
        try {
            while (!closed) {
                boolean busy = !ownedBuckets.vacating().isEmpty() || !releasing.isEmpty();
                ClusterObservation seen =
                        busy ? newest.poll(VACATE_LOOK.toMillis(), TimeUnit.MILLISECONDS) : newest.take();
                try {
                    if (seen != null) {
                        balance(seen);
                    }
                    vacate();
                } catch (JdbiException e) {
                    outage.failed(e);
                } catch (RuntimeException e) {
                    LOG.error("a round of balancing has failed, the next heartbeat brings another", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the balancer ends");
        }
    }

    /** One round. Also called when the node joins, so that it has what is free before it is asked for anything. */
    public void balance(ClusterObservation seen) throws InterruptedException {
        declareDead(seen.silent());
        takeUp(seen.view().mine().stream()
                .filter(bucket -> ownedBuckets.isNews(bucket.bucket(), bucket.epoch()))
                .toList()); // taken by a statement whose answer never came
        int mine = ownedBuckets.active().size() + ownedBuckets.vacating().size();
        int due = leaving ? 0 : share.of(seen.view().living(), incarnation.id(), buckets);
        if (due >= mine) {
            ownedBuckets.vacating().forEach(ownedBuckets::keep);
            claim(seen.view().free(), due - mine);
        } else {
            beginToVacate(mine - due);
        }
    }

    private void declareDead(Map<UUID, Long> silent) {
        silent.forEach((other, counter) -> {
            if (takeover.declareDead(other, counter)) {
                LOG.warn("another node was silent for a lease and is declared dead: incarnation {}", other);
                heartbeat.hurry(); // its buckets are free with the next look
            }
        });
    }

    private void claim(List<ClusterView.Free> free, int wanted) throws InterruptedException {
        if (wanted == 0 || free.isEmpty()) {
            return;
        }
        List<ClusterView.Free> chosen = new ArrayList<>(free);
        Collections.shuffle(chosen); // so that those who take at the same time seldom want the same
        chosen = chosen.subList(0, Math.min(wanted, chosen.size()));
        Set<UUID> formers = chosen.stream()
                .map(ClusterView.Free::former)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(HashSet::new));
        for (UUID former : formers) {
            takeover.awaitSilence(former);
        }
        int[] wantedBuckets = chosen.stream().mapToInt(ClusterView.Free::bucket).toArray();
        long[] epochs = chosen.stream().mapToLong(ClusterView.Free::epoch).toArray();
        List<BucketSql.Owned> taken = new BucketTable(jdbi, incarnation).claim(wantedBuckets, epochs);
        Set<Integer> left = chosen.stream()
                .filter(bucket -> bucket.former() != null)
                .map(ClusterView.Free::bucket)
                .collect(Collectors.toSet());
        metrics.takenOver(Math.toIntExact(
                taken.stream().filter(owned -> left.contains(owned.bucket())).count()));
        takeUp(taken);
    }

    private void takeUp(List<BucketSql.Owned> owned) throws InterruptedException {
        owned.forEach(bucket -> ownedBuckets.gain(bucket.bucket(), bucket.epoch()));
        Set<Integer> gained = owned.stream().map(BucketSql.Owned::bucket).collect(Collectors.toSet());
        if (!gained.isEmpty()) {
            rehomed.read(jdbi);
            listener.gained(gained);
            ownedBuckets.open(gained);
            LOG.info(
                    "node {} has taken {} buckets, {} in all",
                    incarnation.node(),
                    gained.size(),
                    ownedBuckets.active().size());
        }
    }

    private void beginToVacate(int surplus) {
        boolean rested = System.nanoTime() - vacatingSince > VACATE_PATIENCE.toNanos();
        if (!leaving && (!ownedBuckets.vacating().isEmpty() || resting && !rested)) {
            return;
        }
        List<Integer> emptiest = ownedBuckets.active().stream()
                .sorted(Comparator.comparingInt(ownedBuckets::inside))
                .limit(leaving ? surplus : Math.min(surplus, VACATING_MAX))
                .toList();
        emptiest.forEach(ownedBuckets::vacate);
        vacatingSince = System.nanoTime();
        resting = false;
    }

    private void vacate() {
        List<Integer> vacating = ownedBuckets.vacating();
        if (!vacating.isEmpty()) {
            listener.vacate(Set.copyOf(vacating));
            for (int bucket : vacating) {
                long epoch = ownedBuckets.epoch(bucket);
                if (ownedBuckets.giveUp(bucket)) {
                    releasing.put(bucket, epoch);
                }
            }
            if (!leaving && System.nanoTime() - vacatingSince > VACATE_PATIENCE.toNanos()) {
                ownedBuckets.vacating().forEach(ownedBuckets::keep);
                vacatingSince = System.nanoTime();
                resting = true; // what is not empty in time stays, and is left alone for as long
            }
        }
        release();
    }

    private void release() {
        if (releasing.isEmpty()) {
            return;
        }
        jdbi.useExtension(BucketSql.class, sql -> releasing.forEach(sql::release));
        LOG.info("node {} has given up {} buckets", incarnation.node(), releasing.size());
        releasing.clear();
        notifier.notifyMembers();
        heartbeat.hurry(); // there may be more to give up
    }
}
