package dev.holdfast.postgres.read;

import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Counts workflows of a node for metrics and readiness. Counting may read many rows, so it runs only when asked, at
 * most once in {@link #AGE}, and who asks gets the last counts without waiting. Safe for all threads.
 */
public final class BackgroundCount {
    static final Duration AGE = Duration.ofSeconds(10);

    private final Jdbi jdbi;
    private final Outage outage;
    private final BiFunction<WorkflowSql, Integer[], Map<String, Long>> statement;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile Map<String, Long> counts = Map.of();
    private volatile long countedNanos = System.nanoTime() - AGE.toNanos();

    private BackgroundCount(Jdbi jdbi, Outage outage, BiFunction<WorkflowSql, Integer[], Map<String, Long>> statement) {
        this.jdbi = jdbi;
        this.outage = outage;
        this.statement = statement;
    }

    /** Counts open workflows by status. */
    public static BackgroundCount byStatus(Jdbi jdbi, Outage outage) {
        return new BackgroundCount(jdbi, outage, WorkflowSql::open);
    }

    /** Counts workflows that wait for a version of their definition, by {@code definition/version}. */
    public static BackgroundCount byMissingVersion(Jdbi jdbi, Outage outage) {
        return new BackgroundCount(jdbi, outage, WorkflowSql::missingVersions);
    }

    /** Returns the last counts, empty before the first, and starts a new count if they are old. */
    public Map<String, Long> of(Collection<Integer> buckets) {
        boolean old = System.nanoTime() - countedNanos >= AGE.toNanos();
        if (old && counting.compareAndSet(false, true)) {
            Integer[] asked = buckets.toArray(Integer[]::new);
            Thread.ofVirtual().name("holdfast-count").start(() -> count(asked));
        }
        return counts;
    }

    private void count(Integer[] buckets) {
        try {
            counts = jdbi.withExtension(WorkflowSql.class, sql -> statement.apply(sql, buckets));
            countedNanos = System.nanoTime();
        } catch (JdbiException e) {
            outage.failed(Access.READS, e);
        } finally {
            counting.set(false);
        }
    }
}
