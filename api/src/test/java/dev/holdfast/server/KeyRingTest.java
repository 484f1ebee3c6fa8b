package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Decision;
import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.postgres.ApiKeys;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How old an answer may be, and what happens without one. */
class KeyRingTest {
    private final AtomicLong clock = new AtomicLong();
    private final MemoryApiKeys stored = new MemoryApiKeys();
    private final KeyRing keys = new KeyRing(0, clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private void open() {
        keys.open(stored);
        Deadline.until(stored.looks::get, looks -> looks > 0);
        keys.look();
    }

    @Test
    void knowsNothingBeforeItHasADatabase() {
        assertThatThrownBy(keys::look).isInstanceOf(NotJoinedException.class);
        assertThat(keys.hadKeys()).isFalse();
    }

    @Test
    void asksOnceForManyRequestsAlsoForWrongKeys() {
        stored.make(Role.VIEWER);
        open();
        int before = stored.looks.get();

        for (int i = 0; i < 1_000; i++) {
            assertThat(keys.look().find(KeyText.random().text())).isEmpty();
        }

        assertThat(stored.looks).hasValue(before);
    }

    @Test
    void aRevokedKeyIsKnownForFiveSecondsAtTheMost() {
        KeyText key = stored.make(Role.VIEWER);
        open();
        stored.revoke(stored.list().getFirst().id(), Decision.because("a test"));
        pass(KeyRing.AGE_MAX.plusNanos(1));

        assertThat(keys.look().find(key.text())).isEmpty();
    }

    @Test
    void theFirstKeyCountsWithinFiveSeconds() {
        open();
        assertThat(keys.look().configured()).isFalse();
        stored.make(Role.VIEWER);
        pass(KeyRing.AGE_MAX.plusNanos(1));

        assertThat(keys.look().configured()).isTrue();
    }

    @Test
    void renewsBesideTheRequestsWhileItsAnswerIsYoung() {
        open();
        stored.make(Role.VIEWER);
        pass(KeyRing.RENEW_AFTER.plusNanos(1));

        Deadline.until(() -> keys.look().configured(), configured -> configured);
    }

    @Test
    void servesFromTheLastAnswerInAnOutageUntilItIsOld() {
        KeyText key = stored.make(Role.VIEWER);
        open();
        stored.away = true;
        pass(KeyRing.AGE_MAX);
        assertThat(keys.look().find(key.text())).isPresent();
        pass(Duration.ofNanos(1));

        assertThatThrownBy(keys::look).isInstanceOf(StoreUnavailableException.class);
        assertThat(keys.lookOrLast().find(key.text())).isPresent();
        keys.forget();
        pass(KeyRing.RETRY_AFTER);
        assertThatThrownBy(keys::lookOrLast).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void asksOnceASecondInAnOutage() {
        open();
        stored.away = true;
        pass(KeyRing.AGE_MAX.plusNanos(1));
        int before = stored.looks.get();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(keys::look).isInstanceOf(StoreUnavailableException.class);
        }
        assertThat(stored.looks).hasValue(before + 1);
        stored.away = false;
        assertThatThrownBy(keys::look).isInstanceOf(StoreUnavailableException.class);
        pass(KeyRing.RETRY_AFTER);

        assertThat(keys.look().configured()).isFalse();
    }

    @Test
    void aRoleThatThisBuildDoesNotKnowIsOfNoUse() {
        KeyText text = KeyText.random();
        stored.create(
                new ApiKeys.Wanted(text.prefix(), text.hash(), "a", "EMPEROR", List.of(), "a test", Optional.empty()),
                Decision.because("a test"));
        open();

        assertThat(keys.look().configured()).isTrue();
        assertThat(keys.look().find(text.text())).isEmpty();
    }

    @Test
    void notesTheUseOfAKeyOnceAMinuteAndDoesNotMindWhenItCannot() {
        KeyText key = stored.make(Role.VIEWER);
        open();
        KeyLook.Held held = keys.look().find(key.text()).orElseThrow();
        stored.away = true;
        keys.use(held);
        keys.use(held);
        stored.away = false;
        pass(Duration.ofMinutes(1));
        keys.use(held);

        Deadline.until(() -> stored.list().getFirst().lastUsedAt(), used -> used.isPresent());
    }

    @Test
    void refillsWhatAKeyMaySend() {
        KeyUse use = new KeyUse(2, 0);
        assertThat(use.take(0)).isEmpty();
        assertThat(use.take(0)).isEmpty();
        assertThat(use.take(0)).contains(Duration.ofMillis(500));
        assertThat(use.take(Duration.ofMillis(500).toNanos())).isEmpty();
        assertThat(use.take(Duration.ofMillis(500).toNanos())).isPresent();
        assertThat(new KeyUse(0, 0).take(0)).isEmpty();
    }

    @Test
    void keepsTheRateOfAKeyOverLooks() {
        KeyRing slow = new KeyRing(1, clock::get);
        KeyText key = stored.make(Role.VIEWER);
        slow.open(stored);
        slow.use(slow.look().find(key.text()).orElseThrow());
        slow.forget();
        KeyLook.Held held = slow.look().find(key.text()).orElseThrow();

        assertThatThrownBy(() -> slow.use(held)).isInstanceOf(OverloadedException.class);
    }
}
