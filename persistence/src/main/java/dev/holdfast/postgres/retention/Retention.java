package dev.holdfast.postgres.retention;

import dev.holdfast.postgres.cluster.OwnedBuckets;
import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Lets ended workflows go when their time is over: by themselves, or all with the era that they were accepted in. Each
 * node looks at the buckets that it owns, a bounded number of workflows a round; an era goes when nothing in it is kept
 * any more, by the owner of bucket 0. One thread.
 */
public final class Retention {
    private static final int PAGE = 500;
    private static final int LOOKS_MAX = 64;
    private static final int SURVIVORS_MAX = 1_000;
    private static final int LEADING_BUCKET = 0;
    private static final UUID START = new UUID(0, 0);

    private final Jdbi jdbi;
    private final Installation installation;
    private final OwnedBuckets ownedBuckets;
    private final RehomedEras rehomed;
    private final EraRemoval removal;
    /** How far each bucket was looked through for what is over. */
    private final Map<Integer, UUID> looked = new HashMap<>();

    public Retention(Jdbi jdbi, Installation installation, OwnedBuckets ownedBuckets, RehomedEras rehomed) {
        this.jdbi = jdbi;
        this.installation = installation;
        this.ownedBuckets = ownedBuckets;
        this.rehomed = rehomed;
        this.removal = new EraRemoval(jdbi, installation.ids().buckets());
    }

    /** One round; returns owned workflows that are to be taken out of an era, so that it can go. */
    public List<WorkflowKey> round() {
        List<Integer> owned = ownedBuckets.active();
        return jdbi.withExtension(RetentionSql.class, sql -> {
            if (sql.removableUntil().isPresent()) {
                expire(sql, owned);
            }
            int era = eraToGo(sql);
            if (era == 0) {
                return List.of();
            }
            List<WorkflowKey> survivors = clear(sql, era, owned);
            if (survivors.isEmpty() && owned.contains(LEADING_BUCKET)) {
                removal.advance(era);
            }
            return survivors;
        });
    }

    private void expire(RetentionSql sql, List<Integer> owned) {
        looked.keySet().retainAll(owned);
        int looks = 0;
        for (int bucket : owned) {
            UUID after = looked.getOrDefault(bucket, START);
            do {
                RetentionSql.Look look = sql.expire(bucket, after, PAGE);
                after = look.last() == null ? START : look.last();
                looks += look.last() == null ? 0 : 1; // an end costs nothing
            } while (!after.equals(START) && looks < LOOKS_MAX);
            looked.put(bucket, after);
        }
    }

    /** The oldest era that is over for longer than anything is kept by default; 0 where there is none. */
    private int eraToGo(RetentionSql sql) {
        return sql.keptSince().map(installation::eraAt).map(sql::oldestEra).orElse(0);
    }

    private List<WorkflowKey> clear(RetentionSql sql, int era, List<Integer> owned) {
        Set<Integer> open = new HashSet<>(owned);
        open.removeAll(sql.cleared(era));
        List<WorkflowKey> survivors = new ArrayList<>();
        for (int bucket : open) {
            List<WorkflowKey> found = survivors(sql, era, bucket, SURVIVORS_MAX - survivors.size());
            if (found.isEmpty()) {
                sql.clear(bucket, era);
            }
            survivors.addAll(found);
            if (survivors.size() >= SURVIVORS_MAX) {
                break;
            }
        }
        survivors.forEach(key -> rehomed.raise(key.era()));
        return survivors;
    }

    private static List<WorkflowKey> survivors(RetentionSql sql, int era, int bucket, int limit) {
        List<WorkflowKey> survivors = new ArrayList<>();
        UUID after = START;
        List<RetentionSql.Candidate> page;
        do {
            page = sql.survivors(era, bucket, after, PAGE);
            for (RetentionSql.Candidate candidate : page) {
                after = candidate.uid();
                if (candidate.stays()) {
                    survivors.add(new WorkflowKey(bucket, candidate.acceptedEra(), candidate.uid()));
                }
            }
        } while (page.size() == PAGE && survivors.size() < limit);
        return survivors;
    }
}
