package dev.holdfast.postgres.jdbc;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs and counts an outage of the database once when it begins and once when it ends, for all threads of a node. Every
 * call of the store that fails for a passing reason reports here. Safe for all threads.
 */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long NONE = 0;

    private final AtomicLong since = new AtomicLong(NONE);
    private final StoreMetrics metrics;

    public Outage(StoreMetrics metrics) {
        this.metrics = metrics;
    }

    /** Reports that a call failed for a reason that passes. */
    public void failed(Exception e) {
        if (since.compareAndSet(NONE, System.nanoTime() | 1)) {
            metrics.outage();
            LOG.warn("the database does not answer, trying until it does: {}", reason(e));
        }
    }

    /** Reports that a call succeeded. */
    public void over() {
        long began = since.get();
        if (began != NONE && since.compareAndSet(began, NONE)) {
            LOG.info("the database answers again after {}", Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /** Reports a failed read, and returns the exception for its caller. */
    public StoreUnavailableException unavailable(Exception e) {
        failed(e);
        return new StoreUnavailableException("the database does not answer: " + reason(e) + "; try again", e);
    }

    /** The message of the driver, without the statement that JDBI adds. */
    public static String reason(Throwable e) {
        return e instanceof JdbiException && e.getCause() != null
                ? reason(e.getCause())
                : String.valueOf(e.getMessage());
    }
}
