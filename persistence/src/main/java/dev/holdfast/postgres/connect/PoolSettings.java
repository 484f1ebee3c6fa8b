package dev.holdfast.postgres.connect;

import java.time.Duration;

/**
 * The pool for reads, and its timeouts in whole seconds, as the driver counts them. Immutable.
 *
 * @param min idle connections that are kept, 0 to {@code max}
 * @param max at least 1
 * @param connectTimeout for opening a connection, and for waiting for a free one of the pool
 * @param idleTimeout after which an idle connection above {@code min} is closed
 * @param socketTimeout after which a silent server counts as gone in a read
 * @param statementTimeout after which the server cancels a read; shorter than {@code socketTimeout}, so that the server
 *     cancels first
 */
public record PoolSettings(
        int min,
        int max,
        Duration connectTimeout,
        Duration idleTimeout,
        Duration socketTimeout,
        Duration statementTimeout) {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    /** The pool accepts no shorter idle timeout, and closes every connection after half an hour. */
    private static final Duration IDLE_MIN = Duration.ofSeconds(10);

    private static final Duration IDLE_MAX = Duration.ofMinutes(25);

    private static final PoolSettings DEFAULTS = new PoolSettings(
            0, 8, Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(8));

    /** Throws {@link IllegalArgumentException} with the setting, its value and the expected values. */
    public PoolSettings {
        if (max < 1) {
            throw new IllegalArgumentException("pool-max is " + max + ": expected at least 1");
        }
        if (min < 0 || min > max) {
            throw new IllegalArgumentException("pool-min is " + min + ": expected 0 to pool-max, which is " + max);
        }
        requireSeconds("connect-timeout", connectTimeout, SECOND, HOUR);
        requireSeconds("idle-timeout", idleTimeout, IDLE_MIN, IDLE_MAX);
        requireSeconds("socket-timeout", socketTimeout, SECOND, HOUR);
        requireSeconds("statement-timeout", statementTimeout, SECOND, HOUR);
        if (statementTimeout.compareTo(socketTimeout) >= 0) {
            throw new IllegalArgumentException("statement-timeout is " + statementTimeout
                    + ": expected less than socket-timeout, which is " + socketTimeout);
        }
    }

    private static void requireSeconds(String key, Duration time, Duration least, Duration most) {
        if (!time.equals(Duration.ofSeconds(time.toSeconds()))
                || time.compareTo(least) < 0
                || time.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    key + " is " + time + ": expected whole seconds from " + least + " to " + most);
        }
    }

    /** No connection kept idle, 8 at most; timeouts 5 s to connect, 60 s idle, 10 s socket, 8 s statement. */
    public static PoolSettings defaults() {
        return DEFAULTS;
    }

    /** The same with these sizes. */
    public PoolSettings sizes(int least, int most) {
        return new PoolSettings(least, most, connectTimeout, idleTimeout, socketTimeout, statementTimeout);
    }
}
