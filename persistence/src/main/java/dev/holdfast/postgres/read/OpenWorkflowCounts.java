package dev.holdfast.postgres.read;

import dev.holdfast.postgres.jdbc.Outage;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Counts open workflows by status. Counting reads all open rows, so it runs only when the counts are read, at most once
 * in {@link #AGE}, and the caller gets the last counts without waiting. Safe for all threads.
 */
public final class OpenWorkflowCounts {
    static final Duration AGE = Duration.ofSeconds(10);

    private final Jdbi jdbi;
    private final Outage outage;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile Map<String, Long> counts = Map.of();
    private volatile long countedNanos = System.nanoTime() - AGE.toNanos();

    public OpenWorkflowCounts(Jdbi jdbi, Outage outage) {
        this.jdbi = jdbi;
        this.outage = outage;
    }

    /** Returns the last counts, empty before the first, and starts a new count if they are old. */
    public Map<String, Long> of(Collection<Integer> buckets) {
        boolean old = System.nanoTime() - countedNanos >= AGE.toNanos();
        if (old && counting.compareAndSet(false, true)) {
            Integer[] asked = buckets.toArray(Integer[]::new);
            Thread.ofVirtual().name("holdfast-backlog").start(() -> count(asked));
        }
        return counts;
    }

    private void count(Integer[] buckets) {
        try {
            counts = jdbi.withExtension(WorkflowSql.class, sql -> sql.open(buckets));
            countedNanos = System.nanoTime();
        } catch (JdbiException e) {
            outage.failed(e);
        } finally {
            counting.set(false);
        }
    }
}
