package dev.holdfast.postgres.cluster;

import dev.holdfast.spi.OwnershipLostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Which buckets an incarnation owns, and who is inside. Whoever is to write in a bucket enters it first and leaves it
 * when its last record is known; a bucket is given up only once nobody is inside and nobody may enter. So a living
 * owner has nothing on its way when it lets go. Safe for all threads.
 */
public final class OwnedBuckets {
    private enum State {
        /** Another node's, or nobody's. */
        FOREIGN,
        /** Owned; what ran in it is being looked for, so nothing new may run in it yet. */
        GAINED,
        OPEN,
        /** To be given up: nobody enters any more. */
        VACATING
    }

    /** One slice; its fields are guarded by itself. */
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

    /** Owned from now on; what was in it is to be taken up before it is opened. */
    void gain(int bucket, long epoch) {
        synchronized (buckets[bucket]) {
            buckets[bucket].state = State.GAINED;
            buckets[bucket].epoch = epoch;
        }
    }

    /** Whether it became this node's at this epoch without anybody here knowing; not so of one that was given up. */
    boolean isNews(int bucket, long epoch) {
        synchronized (buckets[bucket]) {
            return buckets[bucket].state == State.FOREIGN && epoch > buckets[bucket].epoch;
        }
    }

    /** Takes new workflows from now on. */
    void open(Collection<Integer> gained) {
        gained.forEach(bucket -> move(bucket, State.GAINED, State.OPEN));
        listOpen();
    }

    /** Nobody enters any more, whatever is inside may end. */
    void vacate(int bucket) {
        move(bucket, State.OPEN, State.VACATING);
        listOpen();
    }

    /** It is not given up after all. */
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

    /** Ends the ownership of a vacated bucket if nobody is inside; whether it did. */
    boolean giveUp(int bucket) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state != State.VACATING || buckets[bucket].inside > 0) {
                return false;
            }
            buckets[bucket].state = State.FOREIGN;
            return true;
        }
    }

    /** Enters to go on with what is in it. Throws {@link OwnershipLostException} where this node may not. */
    public void enter(int bucket) {
        enter(bucket, false);
    }

    /**
     * Enters for one who is inside already and will leave: what it has admitted runs on, and leaves by itself when the
     * bucket is to be given up. Throws {@link OwnershipLostException} where nobody can be inside.
     */
    public void enterBeside(int bucket) {
        enter(bucket, true);
    }

    private void enter(int bucket, boolean beside) {
        synchronized (buckets[bucket]) {
            State state = buckets[bucket].state;
            boolean behind = beside && state == State.VACATING && buckets[bucket].inside > 0;
            if (state != State.GAINED && state != State.OPEN && !behind) {
                throw new OwnershipLostException(
                        "bucket " + bucket + " is " + state + " here: this node may not write" + " in it");
            }
            buckets[bucket].inside++;
        }
    }

    /** Enters to add something new; false where this node may not start that. */
    public boolean tryEnterOpen(int bucket) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state != State.OPEN) {
                return false;
            }
            buckets[bucket].inside++;
            return true;
        }
    }

    /** Nothing more comes from one who entered. */
    public void leave(int bucket) {
        synchronized (buckets[bucket]) {
            buckets[bucket].inside--;
        }
    }

    /** Since when it is owned. Throws {@link OwnershipLostException} where it is not. */
    public long epoch(int bucket) {
        synchronized (buckets[bucket]) {
            if (buckets[bucket].state == State.FOREIGN) {
                throw new OwnershipLostException("bucket " + bucket + " belongs to another node");
            }
            return buckets[bucket].epoch;
        }
    }

    /** Whether this node decides what happens in it. */
    public boolean isHeld(int bucket) {
        if (bucket < 0 || bucket >= buckets.length) {
            return false;
        }
        synchronized (buckets[bucket]) {
            return buckets[bucket].state != State.FOREIGN;
        }
    }

    /** One that takes new workflows, at random; where there is none, any. */
    public int anyBucket() {
        int[] now = open;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return now.length == 0 ? random.nextInt(buckets.length) : now[random.nextInt(now.length)];
    }

    /** Those in which things may be started. */
    public List<Integer> active() {
        return with(state -> state == State.GAINED || state == State.OPEN);
    }

    /** Those to be given up. */
    List<Integer> vacating() {
        return with(State.VACATING::equals);
    }

    /** How many are inside. */
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
