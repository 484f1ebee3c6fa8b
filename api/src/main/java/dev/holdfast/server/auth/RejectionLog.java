package dev.holdfast.server.auth;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs requests without a valid API key: at most once a minute, with their number, and nothing that they sent. Safe for
 * all threads.
 */
final class RejectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long rejected;
    private long loggedAt = System.nanoTime() - PERIOD_NANOS;

    synchronized void count(String host) {
        rejected++;
        long now = System.nanoTime();
        if (now - loggedAt >= PERIOD_NANOS) {
            LOG.warn(
                    "requests without a valid API key are rejected: {} since the last such line, now from {}",
                    rejected,
                    host);
            rejected = 0;
            loggedAt = now;
        }
    }
}
