package dev.holdfast.postgres.retention;

import dev.holdfast.postgres.cluster.OwnedBuckets;
import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Deletes ended workflows when their retention is over, one by one or with all tables of their era. Each node examines
 * the buckets that it owns, a bounded number of workflows per round. The owner of bucket 0 removes an era in which
 * nothing is kept any more. Called at intervals by the engine's retention. Throws
 * {@link org.jdbi.v3.core.JdbiException} when the database fails; the next round continues. One thread.
 */
public final class Retention {
    private static final int PAGE = 500;
    private static final int PAGES_MAX = 64;
    private static final int LEADING_BUCKET = 0;
    private static final UUID START = new UUID(0, 0);

    private final Jdbi jdbi;
    private final Installation installation;
    private final OwnedBuckets ownedBuckets;
    private final RehomedEras rehomed;
    private final EraRemoval removal;
    /** The last examined workflow of each bucket. */
    private final Map<Integer, UUID> examined = new HashMap<>();

    private EraClearing clearing = new EraClearing(0);

    public Retention(Jdbi jdbi, Installation installation, OwnedBuckets ownedBuckets, RehomedEras rehomed) {
        this.jdbi = jdbi;
        this.installation = installation;
        this.ownedBuckets = ownedBuckets;
        this.rehomed = rehomed;
        this.removal = new EraRemoval(jdbi, installation.ids().buckets());
    }

    /** Runs one round; returns owned workflows that must be copied to a later era before their era can be removed. */
    public List<WorkflowKey> round() {
        List<Integer> owned = ownedBuckets.active();
        Optional<List<WorkflowKey>> survivors = jdbi.withExtension(RetentionSql.class, sql -> examine(sql, owned));
        // Not before the connection has gone back, because the removal takes another one.
        if (survivors.filter(List::isEmpty).isPresent() && owned.contains(LEADING_BUCKET)) {
            removal.advance(clearing.era());
        }
        return survivors.orElse(List.of());
    }

    /** Returns what is left in the oldest removable era; empty if there is no such era, or it is not settled. */
    private Optional<List<WorkflowKey>> examine(RetentionSql sql, List<Integer> owned) {
        if (sql.removableUntil().isPresent()) {
            expire(sql, owned);
        }
        int era = removableEra(sql);
        if (era == 0) {
            return Optional.empty();
        }
        if (clearing.era() != era) {
            clearing = new EraClearing(era);
        }
        if (!clearing.isSettled(sql)) {
            return Optional.empty();
        }
        List<WorkflowKey> survivors = clearing.advance(sql, owned);
        survivors.forEach(key -> rehomed.raise(key.era()));
        return Optional.of(survivors);
    }

    private void expire(RetentionSql sql, List<Integer> owned) {
        examined.keySet().retainAll(owned);
        int pages = 0;
        for (int bucket : owned) {
            UUID after = examined.getOrDefault(bucket, START);
            do {
                RetentionSql.ExpiryPage page = sql.expire(bucket, after, PAGE);
                after = page.last() == null ? START : page.last();
                pages += page.last() == null ? 0 : 1; // the last page of a bucket is not counted
            } while (!after.equals(START) && pages < PAGES_MAX);
            examined.put(bucket, after);
        }
    }

    /** The oldest era that ended longer ago than the default retention; 0 if there is none. */
    private int removableEra(RetentionSql sql) {
        return sql.keptSince().map(installation::eraAt).map(sql::oldestEra).orElse(0);
    }
}
