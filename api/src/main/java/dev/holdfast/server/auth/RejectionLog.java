package dev.holdfast.server.auth;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of requests without a valid key: at most once a minute, however many there are, and nothing of what they sent.
 * Safe for all threads.
 */
final class RejectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(RejectionLog.class);
    private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long refused;
    private long saidAt = System.nanoTime() - PERIOD_NANOS;

    synchronized void count(String host) {
        refused++;
        long now = System.nanoTime();
        if (now - saidAt >= PERIOD_NANOS) {
            LOG.warn(
                    "requests without a valid API key are refused: {} since the last such line, now from {}",
                    refused,
                    host);
            refused = 0;
            saidAt = now;
        }
    }
}
