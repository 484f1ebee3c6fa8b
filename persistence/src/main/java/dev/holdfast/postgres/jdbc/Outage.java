package dev.holdfast.postgres.jdbc;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.DurationText;
import dev.holdfast.postgres.connect.Causes;
import dev.holdfast.postgres.connect.ServerRefusal;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the beginning and the end of an outage of the database, once for all threads of a node, and counts the outages.
 * Every call of the store that fails for a reason that may pass reports here, and every one that succeeds.
 *
 * <p>A single failure is no outage: connections die while they are idle, and the next attempt works. An outage begins
 * when a second look confirms the first failure, which is an attempt to connect that fails too, or when an access has
 * worked for no call since {@link #CONFIRMED} ago. It ends when both reads and writes have worked again, so that the
 * dead connections that are left in the pool then are not the next outage. A {@link ServerRefusal} is no outage: the
 * server answers. It is logged once, and is current for as long as the calls that it concerns are tried in vain. The
 * interrupt of a thread that shall end is none either. Safe for all threads.
 */
public final class Outage {
    /** The ways to the database, which break and recover by themselves. */
    public enum Access {
        /** Through the pool. */
        READS,
        /** On the connections that a node keeps. */
        WRITES
    }

    static final Duration CONFIRMED = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    /** Longer than the pause between two tries of any call that reports here. */
    private static final Duration CURRENT = Duration.ofSeconds(3);

    private static final int REFUSALS_MAX = 16;
    /** Of a connection that was not to be had; PostgreSQL, appendix A. */
    private static final Set<String> CONNECTING = Set.of("08001", "57P03");

    private final StoreMetrics metrics;
    private final LongSupplier nanoTime;
    /** By reason, when each was reported last. */
    private final Map<String, Long> refusals = new ConcurrentHashMap<>();
    /** Since when each access has failed; during an outage both, until they have worked. */
    private final Map<Access, Long> failing = new EnumMap<>(Access.class);
    /** Whether any access is failing, for calls that succeed. */
    private volatile boolean suspected;

    private long firstNanos;
    private boolean underWay;
    private volatile boolean closed;

    public Outage(StoreMetrics metrics) {
        this(metrics, System::nanoTime);
    }

    Outage(StoreMetrics metrics, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    /** Reports that a call failed for a reason that may pass. */
    public void failed(Access access, Exception e) {
        if (closed || Causes.of(e, InterruptedException.class).findAny().isPresent()) {
            return;
        }
        Optional<ServerRefusal> refusal = ServerRefusal.of(e);
        if (refusal.isPresent()) {
            refused(refusal.orElseThrow().reason());
        } else if (begins(access, isConnecting(e))) {
            metrics.outage();
            LOG.warn("the database does not answer, trying until it does: {}", reason(e));
        }
    }

    private static boolean isConnecting(Exception e) {
        return Causes.of(e, SQLException.class)
                .map(SQLException::getSQLState)
                .anyMatch(state -> state != null && CONNECTING.contains(state));
    }

    private synchronized boolean begins(Access access, boolean connecting) {
        long now = nanoTime.getAsLong();
        boolean first = failing.isEmpty();
        if (first) {
            firstNanos = now;
        }
        failing.putIfAbsent(access, now);
        suspected = true;
        boolean lasting = now - failing.get(access) >= CONFIRMED.toNanos();
        if (underWay || !lasting && (first || !connecting)) {
            return false;
        }
        underWay = true;
        for (Access each : Access.values()) {
            failing.putIfAbsent(each, now);
        }
        return true;
    }

    /** Reports that a call succeeded. */
    public void works(Access access) {
        if (suspected) {
            ended(access).ifPresent(after -> LOG.info("the database answers again after {}", DurationText.of(after)));
        }
    }

    private synchronized Optional<Duration> ended(Access access) {
        failing.remove(access);
        suspected = !failing.isEmpty();
        boolean ends = underWay && !suspected;
        underWay &= suspected;
        return ends ? Optional.of(Duration.ofNanos(nanoTime.getAsLong() - firstNanos)) : Optional.empty();
    }

    /** Reports nothing from now on: a node that closes cuts its own calls. */
    public void close() {
        closed = true;
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

    /** Reports a failed call that this node needs, and returns the exception for its caller. */
    public StoreUnavailableException unavailable(Access access, Exception e) {
        failed(access, e);
        return explained(e);
    }

    /** Returns the exception for the caller of a read, and reports an outage; a refusal concerns this caller only. */
    public StoreUnavailableException unanswered(Exception e) {
        return ServerRefusal.of(e).isPresent() ? explained(e) : unavailable(Access.READS, e);
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
