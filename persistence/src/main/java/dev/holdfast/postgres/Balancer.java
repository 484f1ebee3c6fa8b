package dev.holdfast.postgres;

import dev.holdfast.spi.BucketListener;
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
final class Balancer {
    private static final Logger LOG = LoggerFactory.getLogger(Balancer.class);

    /** Buckets that are given up at a time, so that the rest takes new workflows meanwhile. */
    private static final int VACATING_MAX = 32;

    private static final Duration VACATE_PATIENCE = Duration.ofSeconds(10);
    private static final Duration VACATE_LOOK = Duration.ofMillis(20);

    /** How many buckets are this node's. */
    @FunctionalInterface
    interface Share {
        int of(List<View.Peer> living, UUID mine, int buckets);
    }

    private final Jdbi jdbi;
    private final Claims claims;
    private final Incarnation incarnation;
    private final Holdings holdings;
    private final Membership membership;
    private final BucketListener listener;
    private final Wakeups wakeups;
    private final Outage outage;
    private final Share share;
    private final StoreMetrics metrics;
    private final int buckets;
    private final Homes homes;
    private final BlockingQueue<Sighting> newest = new ArrayBlockingQueue<>(1);
    /** Given up here, but the database does not know yet; with their epochs. */
    private final Map<Integer, Long> releasing = new HashMap<>();

    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-balancer").unstarted(this::run);
    private long vacatingSince;
    private boolean resting;
    private volatile boolean leaving;
    private volatile boolean closed;

    Balancer(
            Jdbi jdbi,
            Claims claims,
            Incarnation incarnation,
            Holdings holdings,
            Membership membership,
            BucketListener listener,
            Wakeups wakeups,
            Outage outage,
            Share share,
            StoreMetrics metrics,
            int buckets,
            Homes homes) {
        this.jdbi = jdbi;
        this.claims = claims;
        this.incarnation = incarnation;
        this.holdings = holdings;
        this.membership = membership;
        this.listener = listener;
        this.wakeups = wakeups;
        this.outage = outage;
        this.share = share;
        this.metrics = metrics;
        this.buckets = buckets;
        this.homes = homes;
    }

    /** The same number for all that stay, one more for the first ones where it does not divide. */
    static int evenly(List<View.Peer> living, UUID mine, int buckets) {
        List<UUID> order = living.stream()
                .filter(peer -> !peer.leaving())
                .sorted(Comparator.comparingInt(View.Peer::number))
                .map(View.Peer::incarnation)
                .toList();
        int rank = order.indexOf(mine);
        return buckets / order.size() + (rank < buckets % order.size() ? 1 : 0);
    }

    void start() {
        thread.start();
    }

    void close() throws InterruptedException {
        closed = true;
        thread.interrupt();
        thread.join();
    }

    /** Everything is to be given up as it becomes empty: this node is about to close. */
    void leave() {
        leaving = true;
    }

    /** From the heartbeat's thread; one that was not looked at yet is replaced. */
    void offer(Sighting sighting) {
        newest.clear();
        newest.add(sighting);
    }

    private void run() {
        try {
            while (!closed) {
                boolean busy = !holdings.vacating().isEmpty() || !releasing.isEmpty();
                Sighting seen = busy ? newest.poll(VACATE_LOOK.toMillis(), TimeUnit.MILLISECONDS) : newest.take();
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
    void balance(Sighting seen) throws InterruptedException {
        declareDead(seen.silent());
        takeUp(seen.view().mine().stream()
                .filter(bucket -> holdings.isNews(bucket.bucket(), bucket.epoch()))
                .toList()); // taken by a statement whose answer never came
        int mine = holdings.active().size() + holdings.vacating().size();
        int due = leaving ? 0 : share.of(seen.view().living(), incarnation.id(), buckets);
        if (due >= mine) {
            holdings.vacating().forEach(holdings::keep);
            claim(seen.view().free(), due - mine);
        } else {
            beginToVacate(mine - due);
        }
    }

    private void declareDead(Map<UUID, Long> silent) {
        silent.forEach((other, counter) -> {
            if (claims.declareDead(other, counter)) {
                LOG.warn("another node was silent for a lease and is declared dead: incarnation {}", other);
                membership.hurry(); // its buckets are free with the next look
            }
        });
    }

    private void claim(List<View.Free> free, int wanted) throws InterruptedException {
        if (wanted == 0 || free.isEmpty()) {
            return;
        }
        List<View.Free> chosen = new ArrayList<>(free);
        Collections.shuffle(chosen); // so that those who take at the same time seldom want the same
        chosen = chosen.subList(0, Math.min(wanted, chosen.size()));
        Set<UUID> formers = chosen.stream()
                .map(View.Free::former)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(HashSet::new));
        for (UUID former : formers) {
            claims.awaitSilence(former);
        }
        int[] wantedBuckets = chosen.stream().mapToInt(View.Free::bucket).toArray();
        long[] epochs = chosen.stream().mapToLong(View.Free::epoch).toArray();
        List<BucketSql.Owned> taken =
                jdbi.withExtension(BucketSql.class, sql -> sql.claim(incarnation.id(), wantedBuckets, epochs));
        Set<Integer> left = chosen.stream()
                .filter(bucket -> bucket.former() != null)
                .map(View.Free::bucket)
                .collect(Collectors.toSet());
        metrics.takenOver(Math.toIntExact(
                taken.stream().filter(owned -> left.contains(owned.bucket())).count()));
        takeUp(taken);
    }

    private void takeUp(List<BucketSql.Owned> owned) throws InterruptedException {
        owned.forEach(bucket -> holdings.gain(bucket.bucket(), bucket.epoch()));
        Set<Integer> gained = owned.stream().map(BucketSql.Owned::bucket).collect(Collectors.toSet());
        if (!gained.isEmpty()) {
            homes.read(jdbi);
            listener.gained(gained);
            holdings.open(gained);
            LOG.info(
                    "node {} has taken {} buckets, {} in all",
                    incarnation.node(),
                    gained.size(),
                    holdings.active().size());
        }
    }

    private void beginToVacate(int surplus) {
        boolean rested = System.nanoTime() - vacatingSince > VACATE_PATIENCE.toNanos();
        if (!leaving && (!holdings.vacating().isEmpty() || resting && !rested)) {
            return;
        }
        List<Integer> emptiest = holdings.active().stream()
                .sorted(Comparator.comparingInt(holdings::inside))
                .limit(leaving ? surplus : Math.min(surplus, VACATING_MAX))
                .toList();
        emptiest.forEach(holdings::vacate);
        vacatingSince = System.nanoTime();
        resting = false;
    }

    private void vacate() {
        List<Integer> vacating = holdings.vacating();
        if (!vacating.isEmpty()) {
            listener.vacate(Set.copyOf(vacating));
            for (int bucket : vacating) {
                long epoch = holdings.epoch(bucket);
                if (holdings.giveUp(bucket)) {
                    releasing.put(bucket, epoch);
                }
            }
            if (!leaving && System.nanoTime() - vacatingSince > VACATE_PATIENCE.toNanos()) {
                holdings.vacating().forEach(holdings::keep);
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
        wakeups.tellMembers();
        membership.hurry(); // there may be more to give up
    }
}
