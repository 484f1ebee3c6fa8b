package dev.holdfast;

import java.time.Duration;

/**
 * The limits of one engine. Programs pass it to {@link Holdfast.Builder#config}. Immutable, safe for all threads.
 *
 * @param loadedMax workflows that run at the same time, at least 1; the others wait in the store
 * @param loadedMaxBytes size of the inputs and histories of the loaded workflows, at least 1 MiB; the others wait in
 *     the store, and a workflow that alone is larger is parked as HISTORY_LIMIT
 * @param payloadMaxBytes size of an input, of the value of a step, and of a result, at least 1
 * @param acceptWait how long a submitter waits for the commit before {@link StoreUnavailableException} says that its
 *     outcome is unknown
 * @param pollInterval between two polls for workflows that are due, over 0
 * @param backOffInMemory the longest wait between two attempts that keeps the workflow loaded; during a longer one it
 *     is unloaded
 * @param retentionInterval between two searches for workflows whose retention is over, over 0
 * @param shutdownGrace how long {@link Holdfast#close} waits for bodies before it interrupts them
 */
public record EngineConfig(
        int loadedMax,
        long loadedMaxBytes,
        int payloadMaxBytes,
        Duration acceptWait,
        Duration pollInterval,
        Duration backOffInMemory,
        Duration retentionInterval,
        Duration shutdownGrace) {
    private static final long LOADED_MAX_BYTES_LEAST = 1 << 20;

    /**
     * Returns the defaults: 10,000 loaded workflows, a quarter of the heap for them, payloads of 1 MiB, 5 s for the
     * commit, polls every second, waits of 100 ms in memory, retention every minute, 30 s of grace.
     */
    public static EngineConfig defaults() {
        return new EngineConfig(
                10_000,
                Math.max(Runtime.getRuntime().maxMemory() / 4, LOADED_MAX_BYTES_LEAST),
                1 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofSeconds(30));
    }

    /** Throws {@link IllegalArgumentException} for a number under 1, a negative time, or an interval of 0. */
    public EngineConfig {
        if (loadedMax < 1 || payloadMaxBytes < 1) {
            throw new IllegalArgumentException(
                    "loadedMax " + loadedMax + ", payloadMaxBytes " + payloadMaxBytes + ": expected at least 1");
        }
        if (loadedMaxBytes < LOADED_MAX_BYTES_LEAST) {
            throw new IllegalArgumentException(
                    "loadedMaxBytes " + loadedMaxBytes + ": expected at least 1 MiB, " + LOADED_MAX_BYTES_LEAST);
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

    /** Replaces the size of the loaded workflows. */
    public EngineConfig loadedMaxBytes(long bytes) {
        return new EngineConfig(
                loadedMax,
                bytes,
                payloadMaxBytes,
                acceptWait,
                pollInterval,
                backOffInMemory,
                retentionInterval,
                shutdownGrace);
    }

    /** Replaces the number of loaded workflows. */
    public EngineConfig loadedMax(int number) {
        return new EngineConfig(
                number,
                loadedMaxBytes,
                payloadMaxBytes,
                acceptWait,
                pollInterval,
                backOffInMemory,
                retentionInterval,
                shutdownGrace);
    }

    /** Replaces the size of an input, a value and a result. */
    public EngineConfig payloadMaxBytes(int bytes) {
        return new EngineConfig(
                loadedMax,
                loadedMaxBytes,
                bytes,
                acceptWait,
                pollInterval,
                backOffInMemory,
                retentionInterval,
                shutdownGrace);
    }

    /** Replaces the time that a submitter waits for the commit. */
    public EngineConfig acceptWait(Duration wait) {
        return new EngineConfig(
                loadedMax,
                loadedMaxBytes,
                payloadMaxBytes,
                wait,
                pollInterval,
                backOffInMemory,
                retentionInterval,
                shutdownGrace);
    }

    /** Replaces the time between two polls for due workflows. */
    public EngineConfig pollInterval(Duration interval) {
        return new EngineConfig(
                loadedMax,
                loadedMaxBytes,
                payloadMaxBytes,
                acceptWait,
                interval,
                backOffInMemory,
                retentionInterval,
                shutdownGrace);
    }

    /** Replaces the longest wait between two attempts that keeps a workflow loaded. */
    public EngineConfig backOffInMemory(Duration longest) {
        return new EngineConfig(
                loadedMax,
                loadedMaxBytes,
                payloadMaxBytes,
                acceptWait,
                pollInterval,
                longest,
                retentionInterval,
                shutdownGrace);
    }

    /** Replaces the time between two searches for workflows whose retention is over. */
    public EngineConfig retentionInterval(Duration interval) {
        return new EngineConfig(
                loadedMax,
                loadedMaxBytes,
                payloadMaxBytes,
                acceptWait,
                pollInterval,
                backOffInMemory,
                interval,
                shutdownGrace);
    }

    /** Replaces the grace period. */
    public EngineConfig shutdownGrace(Duration grace) {
        return new EngineConfig(
                loadedMax,
                loadedMaxBytes,
                payloadMaxBytes,
                acceptWait,
                pollInterval,
                backOffInMemory,
                retentionInterval,
                grace);
    }
}
