package dev.holdfast.postgres.cluster;

import dev.holdfast.spi.OwnershipListener;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands surplus buckets over: vacates them, a few at a time and the emptiest first, and releases each one once nothing
 * runs in it. A bucket that is not empty in time stays, and no other is vacated for as long, unless the node drains. If
 * none became empty, the next ones are {@linkplain HandoverPace fewer and get more time}. Called by the balancer.
 * Throws {@link org.jdbi.v3.core.JdbiException} when the database fails; the next call continues. One thread.
 */
public final class BucketHandover {
    private static final Logger LOG = LoggerFactory.getLogger(BucketHandover.class);

    private final BucketTable table;
    private final OwnedBuckets ownedBuckets;
    private final OwnershipListener listener;
    private final Notifier notifier;
    private final Heartbeat heartbeat;
    /** Given up in this process and not released in the database yet, with their epochs. */
    private final Map<Integer, Long> releasing = new HashMap<>();

    private final HandoverPace pace = new HandoverPace();
    private long restUntilNanos;
    private long vacatingSinceNanos;
    private boolean anyGivenUp;
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
        if (!draining && (!ownedBuckets.vacating().isEmpty() || resting && System.nanoTime() - restUntilNanos < 0)) {
            return;
        }
        List<Integer> emptiest = ownedBuckets.active().stream()
                .sorted(Comparator.comparingInt(ownedBuckets::inside))
                .limit(draining ? surplus : Math.min(surplus, pace.buckets()))
                .toList();
        emptiest.forEach(ownedBuckets::vacate);
        vacatingSinceNanos = System.nanoTime();
        anyGivenUp = false;
        resting = false;
    }

    /** Keeps all buckets that are not empty yet: this node has its share. */
    void cancel() {
        ownedBuckets.vacating().forEach(ownedBuckets::keep);
        pace.reset();
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
                    anyGivenUp = true;
                }
            }
            long timeout = pace.timeout().toNanos();
            if (!draining && System.nanoTime() - vacatingSinceNanos > timeout) {
                rest(timeout);
            }
        }
        release();
    }

    private void rest(long nanos) {
        ownedBuckets.vacating().forEach(ownedBuckets::keep);
        resting = true;
        restUntilNanos = System.nanoTime() + nanos;
        if (!anyGivenUp) {
            pace.failed();
        }
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
