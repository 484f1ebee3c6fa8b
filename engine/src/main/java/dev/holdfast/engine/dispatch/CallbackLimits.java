package dev.holdfast.engine.dispatch;

import dev.holdfast.OverloadedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Limits the answers to callbacks, which need no API key: so many a minute for each callback, and for this node. Counts
 * only genuine tokens, so that guesses block nobody. Safe for all threads.
 */
final class CallbackLimits {
    private static final int OF_ONE_MAX = 60;
    private static final int OF_ALL_MAX = 1_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final LongSupplier clock;
    /** At most as many as {@link #OF_ALL_MAX}. */
    private final Map<UUID, Integer> byAnswer = new HashMap<>();

    private long beganNanos;
    private int all;

    /** {@code clock} counts nanoseconds. */
    CallbackLimits(LongSupplier clock) {
        this.clock = clock;
        this.beganNanos = clock.getAsLong();
    }

    /** Counts an answer with this id. Throws {@link OverloadedException} if there were too many in this minute. */
    synchronized void count(UUID answer) {
        long over = clock.getAsLong() - beganNanos;
        if (over >= WINDOW.toNanos()) {
            beganNanos += over;
            over = 0;
            all = 0;
            byAnswer.clear();
        }
        Duration left = WINDOW.minusNanos(over);
        if (all >= OF_ALL_MAX) {
            throw new OverloadedException(
                    "this node takes " + OF_ALL_MAX + " answers to callbacks a minute at most", left);
        }
        if (byAnswer.getOrDefault(answer, 0) >= OF_ONE_MAX) {
            throw new OverloadedException("a callback takes " + OF_ONE_MAX + " answers a minute at most", left);
        }
        all++;
        byAnswer.merge(answer, 1, Integer::sum);
    }
}
