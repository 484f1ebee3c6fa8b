package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many enter and leave one bucket while it is vacated, kept, given up and gained, thousands of times. */
@Timeout(60)
class OwnedBucketsRaceTest {
    private static final int GUESTS = 3;
    private static final int ROUNDS = 4_000;
    private static final int BUCKET = 0;

    private final OwnedBuckets ownedBuckets = new OwnedBuckets(1);
    /** Writers that are inside for certain: counted up after entering, and down before leaving. */
    private final AtomicInteger inside = new AtomicInteger();

    /** Whether the bucket is owned: set before it is gained, and unset after it was given up. */
    private final AtomicBoolean owned = new AtomicBoolean();

    private final AtomicLong visits = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void noWriterIsInsideABucketThatWasGivenUp() {
        try (ExecutorService guests = Executors.newFixedThreadPool(GUESTS)) {
            List<Future<?>> all = IntStream.range(0, GUESTS)
                    .<Future<?>>mapToObj(guest -> guests.submit(() -> visit(new SplittableRandom(guest))))
                    .toList();
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    gain(round);
                    giveUp(round % 3 == 0);
                }
            } finally {
                over.set(true);
            }
            all.forEach(Await::done);
        }
        assertThat(visits.get()).as("visits").isGreaterThan(ROUNDS);
    }

    private void gain(long epoch) {
        owned.set(true);
        ownedBuckets.gain(BUCKET, epoch);
        ownedBuckets.open(List.of(BUCKET));
        long before = visits.get();
        awaitHotly("a writer was inside", () -> visits.get() > before);
    }

    private void giveUp(boolean wavers) {
        ownedBuckets.vacate(BUCKET);
        if (wavers) {
            ownedBuckets.keep(BUCKET);
            ownedBuckets.vacate(BUCKET);
        }
        awaitHotly("it is empty", () -> ownedBuckets.giveUp(BUCKET));
        assertThat(inside).as("inside when it was given up").hasValue(0);
        owned.set(false);
    }

    /** With hardly a pause, so that both sides meet in every moment; with a deadline all the same. */
    private static void awaitHotly(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("it never happened: " + what);
            }
            LockSupport.parkNanos(1_000);
        }
    }

    private void visit(SplittableRandom random) {
        while (!over.get()) {
            if (!entered(random.nextBoolean())) {
                LockSupport.parkNanos(1_000);
                continue;
            }
            inside.incrementAndGet();
            // A writer inside keeps the ownership, so what it reads holds until it leaves.
            for (int read = random.nextInt(5); read >= 0; read--) {
                if (!owned.get() || ownedBuckets.giveUp(BUCKET)) {
                    throw new AssertionError("given up with a writer inside");
                }
            }
            visits.incrementAndGet();
            inside.decrementAndGet();
            ownedBuckets.leave(BUCKET);
        }
    }

    private boolean entered(boolean anew) {
        if (anew) {
            return ownedBuckets.tryEnterOpen(BUCKET);
        }
        try {
            ownedBuckets.enter(BUCKET);
            return true;
        } catch (OwnershipLostException foreign) {
            return false;
        }
    }
}
