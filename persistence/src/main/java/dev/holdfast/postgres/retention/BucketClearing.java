package dev.holdfast.postgres.retention;

import dev.holdfast.spi.WorkflowKey;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Looks through one bucket of an era that is about to go, and examines each workflow once: one that may go stays so.
 * Those that are kept are examined again until they are elsewhere. Used by {@link EraClearing}. One thread.
 */
final class BucketClearing {
    private static final UUID START = new UUID(0, 0);

    private final int era;
    private final int bucket;
    private final long since;
    private final Map<UUID, WorkflowKey> waiting = new LinkedHashMap<>();
    private UUID last = START;
    private boolean atEnd;

    /** {@code since} is the oldest transaction that has not ended. */
    BucketClearing(int era, int bucket, long since) {
        this.era = era;
        this.bucket = bucket;
        this.since = since;
    }

    /** Forgets those that are elsewhere by now. */
    void examineWaiting(RetentionSql sql) {
        if (!waiting.isEmpty()) {
            List<RetentionSql.Candidate> left =
                    sql.survivorsOf(era, bucket, waiting.keySet().toArray(UUID[]::new));
            waiting.clear();
            left.forEach(this::await);
        }
    }

    /** Examines the next workflows. */
    void examineNext(RetentionSql sql, int limit) {
        List<RetentionSql.Candidate> page = sql.survivors(era, bucket, last, limit);
        atEnd = page.size() < limit;
        for (RetentionSql.Candidate candidate : page) {
            last = candidate.uid();
            if (candidate.stays()) {
                await(candidate);
            }
        }
    }

    private void await(RetentionSql.Candidate candidate) {
        waiting.put(candidate.uid(), new WorkflowKey(bucket, candidate.acceptedEra(), candidate.uid()));
    }

    boolean isAtEnd() {
        return atEnd;
    }

    /** The workflows that must be copied to another era. */
    Collection<WorkflowKey> waiting() {
        return waiting.values();
    }

    /**
     * Notes in the database that nothing in the bucket is kept by these rules, if that is so; returns whether it is.
     */
    boolean finish(RetentionSql sql, long rules) {
        boolean done = atEnd && waiting.isEmpty();
        if (done) {
            sql.clear(bucket, era, since, rules);
        }
        return done;
    }
}
