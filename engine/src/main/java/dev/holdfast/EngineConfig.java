package dev.holdfast;

import java.time.Duration;

/**
 * The limits of an engine. Made by whoever starts it; immutable.
 *
 * @param loadedMax workflows that run at the same time; the others stay rows
 * @param payloadMaxBytes of an input, a step's value, a result
 * @param acceptWait how long a submitter waits for the commit before it is told that it is unknown
 * @param pollInterval between two looks for what is due
 * @param backOffInMemory a longer wait between two attempts is waited as a row, not as a thread
 * @param retentionInterval between two looks for what need not be kept any more
 * @param shutdownGrace how long {@code close} waits for bodies to end by themselves
 */
public record EngineConfig(
        int loadedMax,
        int payloadMaxBytes,
        Duration acceptWait,
        Duration pollInterval,
        Duration backOffInMemory,
        Duration retentionInterval,
        Duration shutdownGrace) {
    /** 10,000 loaded, 1 MiB, 5 s, 1 s, 100 ms, 1 min, 30 s. */
    public static EngineConfig defaults() {
        return new EngineConfig(
                10_000,
                1 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30));
    }

    /** Throws {@link IllegalArgumentException} for limits that would stop everything. */
    public EngineConfig {
        if (loadedMax < 1 || payloadMaxBytes < 1) {
            throw new IllegalArgumentException(
                    "loadedMax " + loadedMax + ", payloadMaxBytes " + payloadMaxBytes + ": expected at least 1");
        }
        if (acceptWait.isNegative()
                || !pollInterval.isPositive()
                || backOffInMemory.isNegative()
                || !retentionInterval.isPositive()
                || shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("acceptWait " + acceptWait + ", pollInterval " + pollInterval
                    + ", backOffInMemory " + backOffInMemory + ", retentionInterval " + retentionInterval
                    + ", shutdownGrace " + shutdownGrace
                    + ": expected no negative times, and intervals over 0");
        }
    }

    /** The same with another number of loaded workflows. */
    public EngineConfig loadedMax(int number) {
        return new EngineConfig(
                number, payloadMaxBytes, acceptWait, pollInterval, backOffInMemory, retentionInterval, shutdownGrace);
    }

    /** The same with another time between two looks for what need not be kept any more. */
    public EngineConfig retentionInterval(Duration interval) {
        return new EngineConfig(
                loadedMax, payloadMaxBytes, acceptWait, pollInterval, backOffInMemory, interval, shutdownGrace);
    }

    /** The same with another grace period. */
    public EngineConfig shutdownGrace(Duration grace) {
        return new EngineConfig(
                loadedMax, payloadMaxBytes, acceptWait, pollInterval, backOffInMemory, retentionInterval, grace);
    }
}
