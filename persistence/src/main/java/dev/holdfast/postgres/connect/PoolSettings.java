package dev.holdfast.postgres.connect;

import dev.holdfast.admin.CopiedValues;
import dev.holdfast.admin.DurationText;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The pool for reads, and its timeouts in whole seconds, as the driver counts them. Made with {@link #defaults}, and
 * changed by methods that return a changed copy and throw {@link IllegalArgumentException} with the setting, its value
 * and the expected values. Immutable.
 */
public final class PoolSettings {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    /** The pool accepts no shorter idle timeout, and closes every connection after half an hour. */
    private static final Duration IDLE_MIN = Duration.ofSeconds(10);

    private static final Duration IDLE_MAX = Duration.ofMinutes(25);

    private static final class Values extends CopiedValues<Values> {
        int min;
        int max = 8;
        Duration connectTimeout = Duration.ofSeconds(5);
        Duration idleTimeout = Duration.ofSeconds(60);
        Duration socketTimeout = Duration.ofSeconds(10);
        Duration statementTimeout = Duration.ofSeconds(8);
    }

    private static final PoolSettings DEFAULTS = new PoolSettings(new Values());

    private final Values values;

    private PoolSettings(Values values) {
        this.values = values;
        if (values.max < 1) {
            throw new IllegalArgumentException("pool-max is " + values.max + ": expected at least 1");
        }
        if (values.min < 0 || values.min > values.max) {
            throw new IllegalArgumentException(
                    "pool-min is " + values.min + ": expected 0 to pool-max, which is " + values.max);
        }
        requireSeconds("connect-timeout", values.connectTimeout, SECOND, HOUR);
        requireSeconds("idle-timeout", values.idleTimeout, IDLE_MIN, IDLE_MAX);
        requireSeconds("socket-timeout", values.socketTimeout, SECOND, HOUR);
        requireSeconds("statement-timeout", values.statementTimeout, SECOND, HOUR);
        if (values.statementTimeout.compareTo(values.socketTimeout) >= 0) {
            throw new IllegalArgumentException("statement-timeout is " + DurationText.of(values.statementTimeout)
                    + ": expected less than socket-timeout, which is " + DurationText.of(values.socketTimeout));
        }
    }

    private static void requireSeconds(String key, Duration time, Duration least, Duration most) {
        if (!time.equals(Duration.ofSeconds(time.toSeconds()))
                || time.compareTo(least) < 0
                || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + " is " + DurationText.of(time) + ": expected whole seconds from "
                    + DurationText.of(least) + " to " + DurationText.of(most));
        }
    }

    /** No connection kept idle, 8 at most; timeouts 5 s to connect, 60 s idle, 10 s socket, 8 s statement. */
    public static PoolSettings defaults() {
        return DEFAULTS;
    }

    private PoolSettings with(Consumer<Values> change) {
        return new PoolSettings(values.with(change));
    }

    /** Sets the idle connections that are kept, 0 to {@code most}, and the connections at most, at least 1. */
    public PoolSettings sizes(int least, int most) {
        return with(changed -> {
            changed.min = least;
            changed.max = most;
        });
    }

    /** Sets the timeout for opening a connection, and for waiting for a free one of the pool. */
    public PoolSettings connectTimeout(Duration time) {
        return with(changed -> changed.connectTimeout = time);
    }

    /** Sets the time after which an idle connection above {@code min} is closed. */
    public PoolSettings idleTimeout(Duration time) {
        return with(changed -> changed.idleTimeout = time);
    }

    /**
     * Sets the time after which a silent server counts as gone in a read, and the shorter one after which the server
     * cancels the read, so that the server cancels first.
     */
    public PoolSettings readTimeouts(Duration socket, Duration statement) {
        return with(changed -> {
            changed.socketTimeout = socket;
            changed.statementTimeout = statement;
        });
    }

    /** The idle connections that are kept. */
    public int min() {
        return values.min;
    }

    /** The connections at most. */
    public int max() {
        return values.max;
    }

    /** See {@link #connectTimeout(Duration)}. */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /** See {@link #idleTimeout(Duration)}. */
    public Duration idleTimeout() {
        return values.idleTimeout;
    }

    /** See {@link #readTimeouts}. */
    public Duration socketTimeout() {
        return values.socketTimeout;
    }

    /** See {@link #readTimeouts}. */
    public Duration statementTimeout() {
        return values.statementTimeout;
    }
}
