package dev.holdfast.postgres.cluster;

import dev.holdfast.spi.OwnershipLostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The buckets that an incarnation owns, and the number of writers inside each. A writer (a mailbox, or a submission
 * that starts here) enters a bucket before it writes and leaves when its last record is known. A bucket is given up
 * only when it admits no writers and none is inside, so a living owner has nothing in flight when it releases a bucket.
 * Filled and emptied by the balancer. Safe for all threads.
 */
public final class OwnedBuckets {
    private enum State {
        /** Owned by another node, or by none. */
        FOREIGN,
        /** Owned; its workflows are being loaded, so no new one may start in it yet. */
        GAINED,
        OPEN,
        /** To be given up: it admits no writers. */
        VACATING
    }

    /** One bucket; its fields are guarded by itself. */
    private static final class Bucket {
        private State state = State.FOREIGN;
        private long epoch;
        private int inside;
    }

    private final Bucket[] buckets;
    private volatile int[] open = {};

    public OwnedBuckets(int number) {
        buckets = new Bucket[number];
        for (int i = 0; i < number; i++) {
            buckets[i] = new Bucket();
        }
    }

    /** The number of buckets of the installation. */
    int count() {
        return buckets.length;
    }

    /** Begins to own a bucket, whose workflows are loaded before it is opened. */
    void gain(int bucket, long epoch) {
        synchronized (buckets[bucket]) {
            buckets[bucket].state = State.GAINED;
            buckets[bucket].epoch = epoch;
        }
    }

    /** Whether the database shows an ownership that this process does not know; false for a bucket it gave up. */
    boolean isNews(int bucket, long epoch) {
        synchronized (buckets[bucket]) {
            return buckets[bucket].state == State.FOREIGN && epoch > buckets[bucket].epoch;
        }
    }

    /** Admits new workflows from now on. */
    void open(Collection<Integer> gained) {
        gained.forEach(bucket -> move(bucket, State.GAINED, State.OPEN));
        listOpen();
    }

    /** Admits no new writers; those inside may finish. */
    void vacate(int bucket) {
        move(bucket, State.OPEN, State.VACATING);
        listOpen();
    }

    /** Admits writers again. */
    void keep(int bucket) {
        move(bucket, State.VACATING, State.OPEN);
        listOpen();
    }

    private void move(int bucket, State from, State to) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state == from) {
                buckets[bucket].state = to;
            }
        }
    }

    private void listOpen() {
        open = with(State.OPEN::equals).stream().mapToInt(Integer::intValue).toArray();
    }

    /** Gives up a vacated bucket if no writer is inside; returns whether it did. */
    boolean giveUp(int bucket) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state != State.VACATING || buckets[bucket].inside > 0) {
                return false;
            }
            buckets[bucket].state = State.FOREIGN;
            return true;
        }
    }

    /** Enters to continue a workflow. Throws {@link OwnershipLostException} if this node may not write in it. */
    public void enter(int bucket) {
        synchronized (buckets[bucket]) {
            State state = buckets[bucket].state;
            if (state != State.GAINED && state != State.OPEN) {
                throw new OwnershipLostException(
                        "bucket " + bucket + " is " + state + " here: this node may not write in it");
            }
            buckets[bucket].inside++;
        }
    }

    /** Enters to start a new workflow; false if this node may not. */
    public boolean tryEnterOpen(int bucket) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state != State.OPEN) {
                return false;
            }
            buckets[bucket].inside++;
            return true;
        }
    }

    /** Leaves: the last record of a writer that entered is known. */
    public void leave(int bucket) {
        synchronized (buckets[bucket]) {
            buckets[bucket].inside--;
        }
    }

    /** The epoch since which a bucket is owned. Throws {@link OwnershipLostException} if it is not owned here. */
    public long epoch(int bucket) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state == State.FOREIGN) {
                throw new OwnershipLostException("bucket " + bucket + " belongs to another node");
            }
            return buckets[bucket].epoch;
        }
    }

    /** Whether this node owns the bucket, in whatever state. */
    public boolean isHeld(int bucket) {
        if (bucket < 0 || bucket >= buckets.length) {
            return false;
        }
        synchronized (buckets[bucket]) {
            return buckets[bucket].state != State.FOREIGN;
        }
    }

    /** A random bucket that admits new workflows; any bucket if none does. */
    public int anyBucket() {
        int[] now = open;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return now.length == 0 ? random.nextInt(buckets.length) : now[random.nextInt(now.length)];
    }

    /** The gained buckets that are not open yet. */
    Set<Integer> gained() {
        return Set.copyOf(with(State.GAINED::equals));
    }

    /** The owned buckets that are not being vacated. */
    public List<Integer> active() {
        return with(state -> state == State.GAINED || state == State.OPEN);
    }

    /** The buckets that are being vacated. */
    List<Integer> vacating() {
        return with(State.VACATING::equals);
    }

    /** The number of writers inside. */
    int inside(int bucket) {
        synchronized (buckets[bucket]) {
            return buckets[bucket].inside;
        }
    }

    private List<Integer> with(Predicate<State> wanted) {
        List<Integer> found = new ArrayList<>();
        IntStream.range(0, buckets.length).forEach(bucket -> {
            synchronized (buckets[bucket]) {
                if (wanted.test(buckets[bucket].state)) {
                    found.add(bucket);
                }
            }
        });
        return found;
    }
}
