package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.OwnershipLostException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may be inside of a bucket, and when it may be given up. */
class HoldingsTest {
    private static final int BUCKET = 1;
    private static final List<Integer> ALL = List.of(BUCKET);

    private final Holdings holdings = new Holdings(3);

    @Test
    void nobodyEntersWhatIsNotOwned() {
        assertThatThrownBy(() -> holdings.enter(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(holdings.tryEnterOpen(BUCKET)).isFalse();
        assertThatThrownBy(() -> holdings.epoch(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(holdings.active()).isEmpty();
    }

    @Test
    void whatIsGainedTakesUpItsOwnFirstAndNothingNew() {
        holdings.gain(BUCKET, 7);
        holdings.enter(BUCKET);
        assertThat(holdings.tryEnterOpen(BUCKET)).isFalse();
        assertThat(holdings.epoch(BUCKET)).isEqualTo(7);
        assertThat(holdings.active()).containsExactly(BUCKET);
        holdings.open(ALL);
        assertThat(holdings.tryEnterOpen(BUCKET)).isTrue();
        assertThat(holdings.inside(BUCKET)).isEqualTo(2);
    }

    @Test
    void newWorkflowsGoOnlyWhereTheyMayStart() {
        holdings.gain(0, 1);
        holdings.gain(BUCKET, 1);
        holdings.open(ALL);
        for (int i = 0; i < 100; i++) {
            assertThat(holdings.anyBucket()).isEqualTo(BUCKET);
        }
        holdings.vacate(BUCKET);
        assertThat(holdings.anyBucket()).as("any, where none is open").isBetween(0, 2);
    }

    @Test
    void whatIsToBeGivenUpLetsNobodyInAndWaitsForTheLastOneToLeave() {
        gainAndOpen(7);
        holdings.enter(BUCKET);
        assertThat(holdings.tryEnterOpen(BUCKET)).isTrue();
        holdings.vacate(BUCKET);
        assertThatThrownBy(() -> holdings.enter(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(holdings.tryEnterOpen(BUCKET)).isFalse();
        assertThat(holdings.epoch(BUCKET)).as("still owned").isEqualTo(7);
        assertThat(holdings.vacating()).containsExactly(BUCKET);
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        holdings.leave(BUCKET);
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        holdings.leave(BUCKET);
        assertThat(holdings.giveUp(BUCKET)).isTrue();
        assertThatThrownBy(() -> holdings.epoch(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(holdings.giveUp(BUCKET)).as("once").isFalse();
        assertThat(holdings.vacating()).isEmpty();
    }

    /** Who was let in to admit something may have to start it by the time that nobody is let in any more. */
    @Test
    void besideSomebodyInsideOneMoreEntersWhatIsToBeGivenUp() {
        gainAndOpen(7);
        assertThat(holdings.tryEnterOpen(BUCKET)).isTrue();
        holdings.vacate(BUCKET);
        holdings.enterBeside(BUCKET);
        holdings.leave(BUCKET);
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        holdings.leave(BUCKET);
        assertThatThrownBy(() -> holdings.enterBeside(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(holdings.giveUp(BUCKET)).isTrue();
        assertThatThrownBy(() -> holdings.enterBeside(BUCKET)).isInstanceOf(OwnershipLostException.class);
    }

    @Test
    void onlyWhatIsVacatedIsGivenUp() {
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        holdings.gain(BUCKET, 7);
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        holdings.vacate(BUCKET);
        assertThat(holdings.vacating())
                .as("what ran in it is still being looked for")
                .isEmpty();
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        holdings.open(ALL);
        assertThat(holdings.giveUp(BUCKET)).isFalse();
    }

    @Test
    void whatIsKeptLetsInAgain() {
        gainAndOpen(7);
        holdings.vacate(BUCKET);
        holdings.keep(BUCKET);
        assertThat(holdings.giveUp(BUCKET)).isFalse();
        assertThat(holdings.tryEnterOpen(BUCKET)).isTrue();
        assertThat(holdings.anyBucket()).isEqualTo(BUCKET);
        assertThat(holdings.epoch(BUCKET)).isEqualTo(7);
    }

    @Test
    void whatIsGivenUpIsNotKept() {
        gainAndOpen(7);
        holdings.vacate(BUCKET);
        assertThat(holdings.giveUp(BUCKET)).isTrue();
        holdings.keep(BUCKET);
        holdings.open(ALL);
        assertThatThrownBy(() -> holdings.enter(BUCKET)).isInstanceOf(OwnershipLostException.class);
        assertThat(holdings.active()).isEmpty();
    }

    @Test
    void whatIsGainedAgainHasItsNewEpochAndNobodyInside() {
        gainAndOpen(7);
        holdings.vacate(BUCKET);
        holdings.giveUp(BUCKET);
        gainAndOpen(9);
        assertThat(holdings.epoch(BUCKET)).isEqualTo(9);
        assertThat(holdings.inside(BUCKET)).isZero();
    }

    /** A look may be older than what was done since. */
    @Test
    void newsIsOnlyWhatIsNotOwnedAndWasNotGivenUpSince() {
        assertThat(holdings.isNews(BUCKET, 7)).isTrue();
        gainAndOpen(7);
        assertThat(holdings.isNews(BUCKET, 7)).isFalse();
        holdings.vacate(BUCKET);
        assertThat(holdings.isNews(BUCKET, 9)).isFalse();
        holdings.giveUp(BUCKET);
        assertThat(holdings.isNews(BUCKET, 7)).isFalse();
        assertThat(holdings.isNews(BUCKET, 9)).isTrue();
    }

    private void gainAndOpen(long epoch) {
        holdings.gain(BUCKET, epoch);
        holdings.open(ALL);
    }
}
