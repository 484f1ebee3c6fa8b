package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings this node to its share of the buckets: a {@link BucketTakeover} takes free ones, a {@link BucketHandover}
 * gives surplus ones up. Each node acts on its own share only, so nodes need not agree: another node finds a released
 * bucket free with its next heartbeat. Made and closed by the node's runtime. A round that fails is logged, and the
 * next heartbeat brings another. A thread of its own.
 */
public final class Balancer {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

    private static final Duration HANDOVER_POLL = Duration.ofMillis(20);

    /** The number of buckets that one node should own. */
    @FunctionalInterface
    public interface Share {
        int of(List<ClusterView.Peer> living, UUID mine, int buckets);
    }

    private final Incarnation incarnation;
    private final Share share;
    private final OwnedBuckets ownedBuckets;
    private final BucketTakeover takeover;
    private final BucketHandover handover;
    private final Heartbeat heartbeat;
    private final Outage outage;
    private final BlockingQueue<ClusterObservation> newest = new ArrayBlockingQueue<>(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-balancer").unstarted(this::run);
    private volatile boolean draining;
    private volatile boolean closed;

    public Balancer(
            Incarnation incarnation,
            Share share,
            OwnedBuckets ownedBuckets,
            BucketTakeover takeover,
            BucketHandover handover,
            Heartbeat heartbeat,
            Outage outage) {
        this.incarnation = incarnation;
        this.share = share;
        this.ownedBuckets = ownedBuckets;
        this.takeover = takeover;
        this.handover = handover;
        this.heartbeat = heartbeat;
        this.outage = outage;
    }

    /** The same number for each node that has a share; the first ones in order get one more for the remainder. */
    public static int evenly(List<ClusterView.Peer> living, UUID mine, int buckets) {
        List<UUID> order = living.stream()
                .filter(ClusterView.Peer::hasShare)
                .sorted(Comparator.comparingInt(ClusterView.Peer::number))
                .map(ClusterView.Peer::incarnation)
                .toList();
        int rank = order.indexOf(mine);
        if (rank < 0) {
            return 0;
        }
        return buckets / order.size() + (rank < buckets % order.size() ? 1 : 0);
    }

    public void start() {
        thread.start();
    }

    /** Whether its thread runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    public void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    /** Hands over all buckets as they become empty: this node is about to close. */
    public void drain() {
        draining = true;
    }

    /** Passes an observation on, and drops an older one that was not used yet. Called by the heartbeat's thread. */
    public void offer(ClusterObservation observation) {
        newest.clear();
        newest.add(observation);
    }

    private void run() {
        try {
            while (!closed) {
                ClusterObservation observation = handover.isUnderWay()
                        ? newest.poll(HANDOVER_POLL.toMillis(), TimeUnit.MILLISECONDS)
                        : newest.take();
                try {
                    if (observation != null) {
                        balance(observation);
                    }
                    handover.advance(draining);
                } catch (JdbiException e) {
                    outage.failed(Access.READS, e);
                } catch (RuntimeException e) {
                    LOG.error("a round of balancing has failed, the next heartbeat brings another", e);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the balancer ends");
        }
    }

    /** Runs one round. Also called when the node joins, so that it owns its free buckets before the first request. */
    public void balance(ClusterObservation observation) throws InterruptedException {
        if (takeover.declareDead(observation.silent())) {
            heartbeat.beatNow(); // the next observation shows their buckets as free
        }
        ClusterView view = observation.view();
        takeover.own(view.mine().stream()
                .filter(bucket -> ownedBuckets.isNews(bucket.bucket(), bucket.epoch()))
                .toList()); // claimed by a statement whose response was lost
        int owned = ownedBuckets.active().size() + ownedBuckets.vacating().size();
        int due = draining ? 0 : share.of(view.living(), incarnation.id(), ownedBuckets.count());
        if (due >= owned) {
            handover.cancel();
            takeover.claim(view.free(), due - owned);
        } else {
            handover.begin(owned - due, draining);
        }
    }
}
