package dev.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.http.NotJoinedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The age of snapshots, and the behaviour without one. */
class ApiKeyCacheTest {
    private final AtomicLong clock = new AtomicLong();
    private final MemoryApiKeys stored = new MemoryApiKeys();
    private final ApiKeyCache keys = new ApiKeyCache(0, clock::get);

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    private void open() {
        keys.open(stored);
        Deadline.until(stored.looks::get, looks -> looks > 0);
        keys.snapshot();
    }

    @Test
    void knowsNothingBeforeItHasADatabase() {
        assertThatThrownBy(keys::snapshot).isInstanceOf(NotJoinedException.class);
        assertThat(keys.lastConfigured()).isFalse();
    }

    @Test
    void queriesOnceForManyRequestsEvenWithWrongKeys() {
        stored.make(Role.VIEWER);
        open();
        int before = stored.looks.get();

        for (int i = 0; i < 1_000; i++) {
            assertThat(keys.snapshot().find(ApiKeyText.random().text())).isEmpty();
        }

        assertThat(stored.looks).hasValue(before);
    }

    @Test
    void aRevokedKeyIsKnownForFiveSecondsAtTheMost() {
        ApiKeyText key = stored.make(Role.VIEWER);
        open();
        stored.revoke(stored.list().getFirst().id(), ActionOptions.because("a test"));
        pass(ApiKeyCache.AGE_MAX.plusNanos(1));

        assertThat(keys.snapshot().find(key.text())).isEmpty();
    }

    @Test
    void theFirstKeyCountsWithinFiveSeconds() {
        open();
        assertThat(keys.snapshot().configured()).isFalse();
        stored.make(Role.VIEWER);
        pass(ApiKeyCache.AGE_MAX.plusNanos(1));

        assertThat(keys.snapshot().configured()).isTrue();
    }

    @Test
    void renewsBesideTheRequestsWhileItsAnswerIsYoung() {
        open();
        stored.make(Role.VIEWER);
        pass(ApiKeyCache.REFRESH_AFTER.plusNanos(1));

        Deadline.until(() -> keys.snapshot().configured(), configured -> configured);
    }

    @Test
    void servesFromTheLastAnswerInAnOutageUntilItIsOld() {
        ApiKeyText key = stored.make(Role.VIEWER);
        open();
        stored.away = true;
        pass(ApiKeyCache.AGE_MAX);
        assertThat(keys.snapshot().find(key.text())).isPresent();
        pass(Duration.ofNanos(1));

        assertThatThrownBy(keys::snapshot).isInstanceOf(StoreUnavailableException.class);
        assertThat(keys.snapshotOrStale().find(key.text())).isPresent();
        keys.invalidate();
        pass(ApiKeyCache.RETRY_AFTER);
        assertThatThrownBy(keys::snapshotOrStale).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void queriesOnceASecondInAnOutage() {
        open();
        stored.away = true;
        pass(ApiKeyCache.AGE_MAX.plusNanos(1));
        int before = stored.looks.get();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(keys::snapshot).isInstanceOf(StoreUnavailableException.class);
        }
        assertThat(stored.looks).hasValue(before + 1);
        stored.away = false;
        assertThatThrownBy(keys::snapshot).isInstanceOf(StoreUnavailableException.class);
        pass(ApiKeyCache.RETRY_AFTER);

        assertThat(keys.snapshot().configured()).isFalse();
    }

    @Test
    void aRoleThatThisBuildDoesNotKnowIsOfNoUse() {
        ApiKeyText text = ApiKeyText.random();
        stored.create(
                new ApiKeys.Wanted(text.prefix(), text.hash(), "a", "EMPEROR", List.of(), "a test", Optional.empty()),
                ActionOptions.because("a test"));
        open();

        assertThat(keys.snapshot().configured()).isTrue();
        assertThat(keys.snapshot().find(text.text())).isEmpty();
    }

    @Test
    void recordsTheUseOfAKeyOnceAMinuteAndToleratesAnOutage() {
        ApiKeyText key = stored.make(Role.VIEWER);
        open();
        ApiKeySnapshot.UsableKey usable = keys.snapshot().find(key.text()).orElseThrow();
        stored.away = true;
        keys.throttle(usable);
        keys.throttle(usable);
        stored.away = false;
        pass(Duration.ofMinutes(1));
        keys.throttle(usable);

        Deadline.until(() -> stored.list().getFirst().lastUsedAt(), used -> used.isPresent());
    }

    @Test
    void refillsTheTokensOfAKey() {
        ApiKeyUsage usage = new ApiKeyUsage(2, 0);
        assertThat(usage.tryTake(0)).isEmpty();
        assertThat(usage.tryTake(0)).isEmpty();
        assertThat(usage.tryTake(0)).contains(Duration.ofMillis(500));
        assertThat(usage.tryTake(Duration.ofMillis(500).toNanos())).isEmpty();
        assertThat(usage.tryTake(Duration.ofMillis(500).toNanos())).isPresent();
        assertThat(new ApiKeyUsage(0, 0).tryTake(0)).isEmpty();
    }

    @Test
    void keepsTheRateOfAKeyOverRefreshes() {
        ApiKeyCache slow = new ApiKeyCache(1, clock::get);
        ApiKeyText key = stored.make(Role.VIEWER);
        slow.open(stored);
        slow.throttle(slow.snapshot().find(key.text()).orElseThrow());
        slow.invalidate();
        ApiKeySnapshot.UsableKey usable = slow.snapshot().find(key.text()).orElseThrow();

        assertThatThrownBy(() -> slow.throttle(usable)).isInstanceOf(OverloadedException.class);
    }
}
