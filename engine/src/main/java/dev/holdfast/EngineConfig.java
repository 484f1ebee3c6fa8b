package dev.holdfast;

import dev.holdfast.admin.CopiedValues;
import dev.holdfast.admin.DurationText;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The limits of one engine. Programs pass it to {@link Holdfast.Builder#config}. It is made with {@link #defaults}, and
 * changed by methods that return a changed copy and throw {@link IllegalArgumentException} for a value out of its
 * range. Immutable, safe for all threads.
 *
 * <pre>{@code
 * EngineConfig small = EngineConfig.defaults().loadedMax(100).shutdownGrace(Duration.ofSeconds(10));
 * }</pre>
 */
public final class EngineConfig {
    private static final long LOADED_MAX_BYTES_LEAST = 1 << 20;

    private static final class Values extends CopiedValues<Values> {
        int loadedMax = 10_000;
        long loadedMaxBytes = Math.max(Runtime.getRuntime().maxMemory() / 4, LOADED_MAX_BYTES_LEAST);
        int payloadMaxBytes = 1 << 20;
        int signalMaxBytes = 256 << 10;
        Optional<String> callbackBaseUrl = Optional.empty();
        Duration acceptWait = Duration.ofSeconds(5);
        Duration pollInterval = Duration.ofSeconds(1);
        Duration keptLoaded = Duration.ofMillis(100);
        Duration retentionInterval = Duration.ofMinutes(1);
        Duration shutdownGrace = Duration.ofSeconds(30);
    }

    private final Values values;

    private EngineConfig(Values values) {
        this.values = values;
        values.callbackBaseUrl.ifPresent(EngineConfig::requireBaseUrl);
        if (values.loadedMax < 1 || values.payloadMaxBytes < 1 || values.signalMaxBytes < 1) {
            throw new IllegalArgumentException("loadedMax " + values.loadedMax + ", payloadMaxBytes "
                    + values.payloadMaxBytes + ", signalMaxBytes " + values.signalMaxBytes + ": expected at least 1");
        }
        if (values.loadedMaxBytes < LOADED_MAX_BYTES_LEAST) {
            throw new IllegalArgumentException(
                    "loadedMaxBytes " + values.loadedMaxBytes + ": expected at least 1 MiB, " + LOADED_MAX_BYTES_LEAST);
        }
        if (values.acceptWait.isNegative()
                || !values.pollInterval.isPositive()
                || values.keptLoaded.isNegative()
                || !values.retentionInterval.isPositive()
                || values.shutdownGrace.isNegative()) {
            throw new IllegalArgumentException("acceptWait " + DurationText.of(values.acceptWait) + ", pollInterval "
                    + DurationText.of(values.pollInterval) + ", keptLoaded "
                    + DurationText.of(values.keptLoaded) + ", retentionInterval "
                    + DurationText.of(values.retentionInterval) + ", shutdownGrace "
                    + DurationText.of(values.shutdownGrace) + ": expected no negative times, and intervals over 0");
        }
    }

    /** Throws {@link IllegalArgumentException} for what no URL of a callback can begin with. */
    public static void requireBaseUrl(String url) {
        try {
            URI uri = new URI(url);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw new IllegalArgumentException("callback base URL \"" + url
                + "\": expected the address of a server, such as https://holdfast.example.com");
    }

    /** Returns the defaults, which each method names. */
    public static EngineConfig defaults() {
        return new EngineConfig(new Values());
    }

    private EngineConfig with(Consumer<Values> change) {
        return new EngineConfig(values.with(change));
    }

    /** Sets how many workflows run at the same time, at least 1; the others wait in the store. 10,000 by default. */
    public EngineConfig loadedMax(int number) {
        return with(changed -> changed.loadedMax = number);
    }

    /**
     * Sets the size of the inputs and histories of the loaded workflows, at least 1 MiB; the others wait in the store,
     * and a workflow that alone is larger is parked as HISTORY_LIMIT. A quarter of the heap by default.
     */
    public EngineConfig loadedMaxBytes(long bytes) {
        return with(changed -> changed.loadedMaxBytes = bytes);
    }

    /**
     * Sets the beginning of the URLs of {@linkplain WorkflowContext#callback callbacks}, such as
     * {@code https://holdfast.example.com}: where the outside reaches the servers of all nodes. By default each node
     * uses the address of its own server.
     */
    public EngineConfig callbackBaseUrl(String url) {
        return with(changed -> changed.callbackBaseUrl = Optional.of(url));
    }

    /** Sets the size of an input, of the value of a step, and of a result, at least 1. 1 MiB by default. */
    public EngineConfig payloadMaxBytes(int bytes) {
        return with(changed -> changed.payloadMaxBytes = bytes);
    }

    /** Sets the size of the payload of a signal, in bytes as JSON, at least 1. 256 KiB by default. */
    public EngineConfig signalMaxBytes(int bytes) {
        return with(changed -> changed.signalMaxBytes = bytes);
    }

    /**
     * Sets how long a submitter waits for the commit before {@link StoreUnavailableException} says that its outcome is
     * unknown. 5 s by default.
     */
    public EngineConfig acceptWait(Duration wait) {
        return with(changed -> changed.acceptWait = wait);
    }

    /** Sets the time between two polls for workflows that are due, over 0. 1 s by default. */
    public EngineConfig pollInterval(Duration interval) {
        return with(changed -> changed.pollInterval = interval);
    }

    /**
     * Sets the longest wait between two attempts, for a time or for a signal that keeps the workflow loaded; during a
     * longer one it is unloaded. 100 ms by default.
     */
    public EngineConfig keptLoaded(Duration longest) {
        return with(changed -> changed.keptLoaded = longest);
    }

    /** Sets the time between two searches for workflows whose retention is over, over 0. 1 min by default. */
    public EngineConfig retentionInterval(Duration interval) {
        return with(changed -> changed.retentionInterval = interval);
    }

    /** Sets how long {@link Holdfast#close} waits for bodies before it interrupts them. 30 s by default. */
    public EngineConfig shutdownGrace(Duration grace) {
        return with(changed -> changed.shutdownGrace = grace);
    }

    /** See {@link #loadedMax(int)}. */
    public int loadedMax() {
        return values.loadedMax;
    }

    /** See {@link #loadedMaxBytes(long)}. */
    public long loadedMaxBytes() {
        return values.loadedMaxBytes;
    }

    /** See {@link #payloadMaxBytes(int)}. */
    public int payloadMaxBytes() {
        return values.payloadMaxBytes;
    }

    /** See {@link #callbackBaseUrl(String)}. */
    public Optional<String> callbackBaseUrl() {
        return values.callbackBaseUrl;
    }

    /** See {@link #signalMaxBytes(int)}. */
    public int signalMaxBytes() {
        return values.signalMaxBytes;
    }

    /** See {@link #acceptWait(Duration)}. */
    public Duration acceptWait() {
        return values.acceptWait;
    }

    /** See {@link #pollInterval(Duration)}. */
    public Duration pollInterval() {
        return values.pollInterval;
    }

    /** See {@link #keptLoaded(Duration)}. */
    public Duration keptLoaded() {
        return values.keptLoaded;
    }

    /** See {@link #retentionInterval(Duration)}. */
    public Duration retentionInterval() {
        return values.retentionInterval;
    }

    /** See {@link #shutdownGrace(Duration)}. */
    public Duration shutdownGrace() {
        return values.shutdownGrace;
    }
}
