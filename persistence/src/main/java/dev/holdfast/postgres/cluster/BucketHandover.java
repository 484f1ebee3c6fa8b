package dev.holdfast.postgres.cluster;

import dev.holdfast.spi.OwnershipListener;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands surplus buckets over: vacates them, a few at a time and the emptiest first, and releases each one once nothing
 * runs in it. A bucket that is not empty in time stays, and no other is vacated for as long, unless the node drains.
 * Called by the balancer. Throws {@link org.jdbi.v3.core.JdbiException} when the database fails; the next call
 * continues. One thread.
 */
public final class BucketHandover {
    private static final Logger LOG = LoggerFactory.getLogger(BucketHandover.class);

    /** Buckets that are vacated at a time, so that the others accept new workflows meanwhile. */
    private static final int VACATING_MAX = 32;

    private static final Duration VACATE_TIMEOUT = Duration.ofSeconds(10);

    private final BucketTable table;
    private final OwnedBuckets ownedBuckets;
    private final OwnershipListener listener;
    private final Notifier notifier;
    private final Heartbeat heartbeat;
    /** Given up in this process and not released in the database yet, with their epochs. */
    private final Map<Integer, Long> releasing = new HashMap<>();

    private long vacatingSinceNanos;
    private boolean resting;

    public BucketHandover(
            BucketTable table,
            OwnedBuckets ownedBuckets,
            OwnershipListener listener,
            Notifier notifier,
            Heartbeat heartbeat) {
        this.table = table;
        this.ownedBuckets = ownedBuckets;
        this.listener = listener;
        this.notifier = notifier;
        this.heartbeat = heartbeat;
    }

    /** Whether {@link #advance} has something to do. */
    boolean isUnderWay() {
        return !ownedBuckets.vacating().isEmpty() || !releasing.isEmpty();
    }

    /** Begins to vacate surplus buckets, unless others are being vacated; all at once if the node drains. */
    void begin(int surplus, boolean draining) {
        boolean rested = vacatingNanos() > VACATE_TIMEOUT.toNanos();
        if (!draining && (!ownedBuckets.vacating().isEmpty() || resting && !rested)) {
            return;
        }
        List<Integer> emptiest = ownedBuckets.active().stream()
                .sorted(Comparator.comparingInt(ownedBuckets::inside))
                .limit(draining ? surplus : Math.min(surplus, VACATING_MAX))
                .toList();
        emptiest.forEach(ownedBuckets::vacate);
        vacatingSinceNanos = System.nanoTime();
        resting = false;
    }

    private long vacatingNanos() {
        return System.nanoTime() - vacatingSinceNanos;
    }

    /** Keeps all buckets that are not empty yet. */
    void cancel() {
        ownedBuckets.vacating().forEach(ownedBuckets::keep);
    }

    /** Releases the vacated buckets that are empty by now. */
    void advance(boolean draining) {
        List<Integer> vacating = ownedBuckets.vacating();
        if (!vacating.isEmpty()) {
            listener.vacate(Set.copyOf(vacating));
            for (int bucket : vacating) {
                long epoch = ownedBuckets.epoch(bucket);
                if (ownedBuckets.giveUp(bucket)) {
                    releasing.put(bucket, epoch);
                }
            }
            if (!draining && vacatingNanos() > VACATE_TIMEOUT.toNanos()) {
                cancel();
                vacatingSinceNanos = System.nanoTime();
                resting = true;
            }
        }
        release();
    }

    private void release() {
        if (releasing.isEmpty()) {
            return;
        }
        table.release(releasing);
        LOG.info("node {} has given up {} buckets", table.incarnation().node(), releasing.size());
        releasing.clear();
        notifier.notifyMembers();
        heartbeat.beatNow(); // the next observation may bring more to hand over
    }
}
