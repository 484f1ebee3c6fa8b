package dev.holdfast.postgres.jdbc;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.postgres.connect.ServerRefusal;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the beginning and the end of an outage of the database, once for all threads of a node, and counts the outages.
 * Every call of the store that fails for a reason that may pass reports here. A {@link ServerRefusal} is no outage: the
 * server answers. It is logged once, and is current for as long as the calls that it concerns are tried in vain. Safe
 * for all threads.
 */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long NONE = 0;
    /** Longer than the pause between two tries of any call that reports here. */
    private static final Duration CURRENT = Duration.ofSeconds(3);

    private static final int REFUSALS_MAX = 16;

    private final AtomicLong since = new AtomicLong(NONE);
    /** By reason, when each was reported last. */
    private final Map<String, Long> refusals = new ConcurrentHashMap<>();

    private final StoreMetrics metrics;

    public Outage(StoreMetrics metrics) {
        this.metrics = metrics;
    }

    /** Reports that a call failed for a reason that may pass. */
    public void failed(Exception e) {
        Optional<ServerRefusal> refusal = ServerRefusal.of(e);
        if (refusal.isPresent()) {
            refused(refusal.orElseThrow().reason());
        } else if (since.compareAndSet(NONE, System.nanoTime() | 1)) {
            metrics.outage();
            LOG.warn("the database does not answer, trying until it does: {}", reason(e));
        }
    }

    private void refused(String reason) {
        if (refusals.size() >= REFUSALS_MAX) {
            refusals.clear();
        }
        Long before = refusals.put(reason, System.nanoTime());
        if (before == null || !isCurrent(before)) {
            LOG.warn("the database refuses what this node needs, trying until it is granted: {}", reason);
        }
    }

    private static boolean isCurrent(long reportedNanos) {
        return System.nanoTime() - reportedNanos < CURRENT.toNanos();
    }

    /** The reason of the refusal that was reported last, if that was a moment ago. */
    public Optional<String> refusal() {
        return refusals.entrySet().stream()
                .filter(one -> isCurrent(one.getValue()))
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    /** Reports that a call succeeded. */
    public void over() {
        long began = since.get();
        if (began != NONE && since.compareAndSet(began, NONE)) {
            LOG.info("the database answers again after {}", Duration.ofNanos(System.nanoTime() - began));
        }
    }

    /** Reports a failed read that this node needs, and returns the exception for its caller. */
    public StoreUnavailableException unavailable(Exception e) {
        failed(e);
        return explained(e);
    }

    /** Returns the exception for the caller, and reports an outage; a refusal concerns this caller only. */
    public StoreUnavailableException unanswered(Exception e) {
        return ServerRefusal.of(e).isPresent() ? explained(e) : unavailable(e);
    }

    private static StoreUnavailableException explained(Exception e) {
        String message = ServerRefusal.of(e)
                .map(refusal -> "the database refuses this: " + refusal.reason() + "; try again afterwards")
                .orElseGet(() -> "the database does not answer: " + reason(e) + "; try again");
        return new StoreUnavailableException(message, e);
    }

    /** The message of the driver, without the statement that JDBI adds. */
    public static String reason(Throwable e) {
        return e instanceof JdbiException && e.getCause() != null
                ? reason(e.getCause())
                : String.valueOf(e.getMessage());
    }
}
