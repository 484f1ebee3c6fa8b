package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.OwnershipLostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which writers may enter a bucket, and when it may be given up. */
class OwnedBucketsTest {
    private static final int BUCKET = 1;
    private static final List<Integer> ALL = List.of(BUCKET);

    private final OwnedBuckets ownedBuckets = new OwnedBuckets(3);

    @Test
    void noWriterEntersAForeignBucket() {
        assertThatThrownBy(() -> ownedBuckets.enter(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(ownedBuckets.tryEnterOpen(BUCKET)).isFalse();
        assertThatThrownBy(() -> ownedBuckets.epoch(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(ownedBuckets.active()).isEmpty();
    }

    @Test
    void aGainedBucketLoadsItsWorkflowsAndAdmitsNoNewOnes() {
        ownedBuckets.gain(BUCKET, 7);
        ownedBuckets.enter(BUCKET);
        assertThat(ownedBuckets.tryEnterOpen(BUCKET)).isFalse();
        assertThat(ownedBuckets.epoch(BUCKET)).isEqualTo(7);
        assertThat(ownedBuckets.active()).containsExactly(BUCKET);
        ownedBuckets.open(ALL);
        assertThat(ownedBuckets.tryEnterOpen(BUCKET)).isTrue();
        assertThat(ownedBuckets.inside(BUCKET)).isEqualTo(2);
    }

    @Test
    void newWorkflowsGoOnlyWhereTheyMayStart() {
        ownedBuckets.gain(0, 1);
        ownedBuckets.gain(BUCKET, 1);
        ownedBuckets.open(ALL);
        for (int i = 0; i < 100; i++) {
            assertThat(ownedBuckets.anyBucket()).isEqualTo(BUCKET);
        }
        ownedBuckets.vacate(BUCKET);
        assertThat(ownedBuckets.anyBucket()).as("any, where none is open").isBetween(0, 2);
    }

    @Test
    void aVacatedBucketAdmitsNoWriterAndWaitsForTheLastOneToLeave() {
        gainAndOpen(7);
        ownedBuckets.enter(BUCKET);
        assertThat(ownedBuckets.tryEnterOpen(BUCKET)).isTrue();
        ownedBuckets.vacate(BUCKET);
        assertThatThrownBy(() -> ownedBuckets.enter(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(ownedBuckets.tryEnterOpen(BUCKET)).isFalse();
        assertThat(ownedBuckets.epoch(BUCKET)).as("still owned").isEqualTo(7);
        assertThat(ownedBuckets.vacating()).containsExactly(BUCKET);
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
        ownedBuckets.leave(BUCKET);
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
        ownedBuckets.leave(BUCKET);
        assertThat(ownedBuckets.giveUp(BUCKET)).isTrue();
        assertThatThrownBy(() -> ownedBuckets.epoch(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(ownedBuckets.giveUp(BUCKET)).as("once").isFalse();
        assertThat(ownedBuckets.vacating()).isEmpty();
    }

    @Test
    void onlyWhatIsVacatedIsGivenUp() {
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
        ownedBuckets.gain(BUCKET, 7);
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
        ownedBuckets.vacate(BUCKET);
        assertThat(ownedBuckets.vacating())
                .as("its workflows are still being loaded")
                .isEmpty();
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
        ownedBuckets.open(ALL);
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
    }

    @Test
    void aKeptBucketAdmitsWritersAgain() {
        gainAndOpen(7);
        ownedBuckets.vacate(BUCKET);
        ownedBuckets.keep(BUCKET);
        assertThat(ownedBuckets.giveUp(BUCKET)).isFalse();
        assertThat(ownedBuckets.tryEnterOpen(BUCKET)).isTrue();
        assertThat(ownedBuckets.anyBucket()).isEqualTo(BUCKET);
        assertThat(ownedBuckets.epoch(BUCKET)).isEqualTo(7);
    }

    @Test
    void aBucketThatWasGivenUpIsNotKept() {
        gainAndOpen(7);
        ownedBuckets.vacate(BUCKET);
        assertThat(ownedBuckets.giveUp(BUCKET)).isTrue();
        ownedBuckets.keep(BUCKET);
        ownedBuckets.open(ALL);
        assertThatThrownBy(() -> ownedBuckets.enter(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(ownedBuckets.active()).isEmpty();
    }

    @Test
    void aBucketGainedAgainHasItsNewEpochAndNoWriterInside() {
        gainAndOpen(7);
        ownedBuckets.vacate(BUCKET);
        ownedBuckets.giveUp(BUCKET);
        gainAndOpen(9);
        assertThat(ownedBuckets.epoch(BUCKET)).isEqualTo(9);
        assertThat(ownedBuckets.inside(BUCKET)).isZero();
    }

    /** An observation may be older than a change in this process. */
    @Test
    void newsIsOnlyWhatIsNotOwnedAndWasNotGivenUpSince() {
        assertThat(ownedBuckets.isNews(BUCKET, 7)).isTrue();
        gainAndOpen(7);
        assertThat(ownedBuckets.isNews(BUCKET, 7)).isFalse();
        ownedBuckets.vacate(BUCKET);
        assertThat(ownedBuckets.isNews(BUCKET, 9)).isFalse();
        ownedBuckets.giveUp(BUCKET);
        assertThat(ownedBuckets.isNews(BUCKET, 7)).isFalse();
        assertThat(ownedBuckets.isNews(BUCKET, 9)).isTrue();
    }

    private void gainAndOpen(long epoch) {
        ownedBuckets.gain(BUCKET, epoch);
        ownedBuckets.open(ALL);
    }
}
