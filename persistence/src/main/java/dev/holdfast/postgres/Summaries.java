package dev.holdfast.postgres;

import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * Workflows as readers see them, in one statement for all of a page: each looks at its own first record and its last
 * few, by the primary key.
 */
final class Summaries {
    private static final String SQL = """
            select w.bucket, w.era, w.uid, w.id, w.definition, w.version, w.labels::text as labels,
                o.status as open_status, b.owner, first.at as started_at, last.at as last_at, last.event,
                last.detail, intent.event_attempt as attempt, intent.name as step, failed.outcome as failed_outcome,
                case when failed.seq = last.seq and last.event = 0
                    then failed.at + failed.retry_millis * interval '1 millisecond' end as retry_at,
                d.uid::text || '.' || d.seq as letter_id, d.error_class, d.error_message
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) with ordinality
                as k(bucket, era, uid, place)
            join holdfast.workflow w on w.bucket = k.bucket and w.uid = k.uid and w.era = k.era
            left join holdfast.open o on o.uid = k.uid and o.bucket = k.bucket
            left join holdfast.bucket b on b.bucket = k.bucket
            left join lateral (select l.at from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = k.era and l.seq = 1) first on true
            left join lateral (select l.seq, l.at, l.event, l.detail from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = k.era order by l.seq desc limit 1) last on true
            left join lateral (select l.event_attempt, l.name from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = k.era and l.event = 1
                order by l.seq desc limit 1) intent on true
            left join lateral (select l.seq, l.at, l.outcome, l.retry_millis from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = k.era and l.seq > last.seq - 3
                    and l.outcome_state in (3, 4) order by l.seq desc limit 1) failed on true
            left join holdfast.dead_letter d on d.uid = k.uid and d.bucket = k.bucket and d.state = 'OPEN'
            order by k.place""";

    private final Jdbi jdbi;
    private final SummaryMapper mapper;

    Summaries(Jdbi jdbi, WorkflowIds ids) {
        this.jdbi = jdbi;
        this.mapper = new SummaryMapper(ids);
    }

    /** In the order of the keys; those that are gone are left out. */
    List<WorkflowSummary> of(Collection<WorkflowKey> keys) {
        return keys.isEmpty()
                ? List.of()
                : jdbi.withHandle(handle ->
                        Keys.bind(handle.createQuery(SQL), keys).map(mapper).list());
    }
}
