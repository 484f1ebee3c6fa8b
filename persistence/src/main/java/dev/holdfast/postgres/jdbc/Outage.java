package dev.holdfast.postgres.jdbc;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the beginning and the end of an outage of the database, once for all threads of a node, and counts the outages.
 * Every call of the store that fails for a reason that may pass reports here. Safe for all threads.
 */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long NONE = 0;

    private final AtomicLong since = new AtomicLong(NONE);
    private final StoreMetrics metrics;

    public Outage(StoreMetrics metrics) {
        this.metrics = metrics;
    }

    /** Reports that a call failed for a reason that may pass. */
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
