package dev.holdfast.postgres.read;

import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.postgres.log.LogRecordMapper;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.LogSummary;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads the ends of logs, whose cost does not depend on their length. Safe for all threads. */
public final class LogHeads {
    /** The last seq and the last event of each, by the primary key read backwards; no values of steps. */
    private static final String HEADS_WITH_VALUES = "select k.uid, tail.seq as last_seq, l.seq, l.at, l.node, "
            + "0 as outcome_state, " + LogSql.EVENT_COLUMNS + """
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WorkflowKeys.HOME + """
            cross join lateral (select l.seq from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
                order by l.seq desc limit 1) tail
            left join lateral holdfast.last_event(k.bucket, home.era, k.uid) l on true
            """ + LogSql.LETTER;

    private static final String HEADS = HEADS_WITH_VALUES.replace(
            "l.detail",
            "case when l.event in (select e.code from holdfast.event_kind e where e.detail is not null) then ''::bytea"
                    + " else l.detail end as detail");

    /** The last intent of each, and whether there is progress after {@code loaded}; no values of steps. */
    private static final String PROGRESS = """
            select k.uid, l.seq, l.at, l.node, 0 as outcome_state, l.event, l.event_position, l.event_branch,
                l.event_attempt, l.name, l.idempotency_key, l.compensates_position, l.detail, l.sent_at,
                exists (select from holdfast.log o
                    where o.bucket = k.bucket and o.uid = k.uid and o.era = home.era and o.seq > k.loaded
                        and (o.outcome_state in (1, 2) or o.event
                            in (select e.code from holdfast.event_kind e where e.decision))) as progressed
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[], :loaded::integer[])
                as k(bucket, era, uid, loaded)
            """ + WorkflowKeys.HOME + """
            left join lateral (select l.* from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
                    and l.event = (select e.code from holdfast.event_kind e where e.name = 'intent')
                order by l.seq desc limit 1) l on true""";

    private final Jdbi jdbi;
    private final LogRecordMapper records = new LogRecordMapper();

    public LogHeads(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** The heads by uid, without workflows that have no record. The value of an end is empty. */
    public Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys) {
        return heads(HEADS, keys);
    }

    public Map<UUID, WorkflowHead> headsWithValues(Collection<WorkflowKey> keys) {
        return heads(HEADS_WITH_VALUES, keys);
    }

    private Map<UUID, WorkflowHead> heads(String sql, Collection<WorkflowKey> keys) {
        return jdbi.withHandle(handle -> WorkflowKeys.bind(handle.createQuery(sql), keys)
                .map((row, context) -> Map.entry(row.getObject("uid", UUID.class), head(row, context)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private WorkflowHead head(ResultSet row, StatementContext context) throws SQLException {
        boolean hasEvent = row.getObject("seq") != null;
        return new WorkflowHead(row.getInt("last_seq"), hasEvent ? records.map(row, context) : null);
    }

    private record Progress(boolean progressed, @Nullable Intent lastIntent) {}

    /** The summaries by uid, without workflows that have no record. */
    Map<UUID, LogSummary> summaries(Collection<StoredWorkflow> workflows) {
        List<WorkflowKey> keys = workflows.stream().map(StoredWorkflow::key).toList();
        Integer[] loaded = workflows.stream().map(StoredWorkflow::loadedSeq).toArray(Integer[]::new);
        Map<UUID, Progress> progress = jdbi.withHandle(handle -> WorkflowKeys.bind(handle.createQuery(PROGRESS), keys)
                .bind("loaded", loaded)
                .map((row, context) -> Map.entry(row.getObject("uid", UUID.class), progress(row, context)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
        return heads(keys).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, head -> summary(head.getValue(), progress.get(head.getKey()))));
    }

    private Progress progress(ResultSet row, StatementContext context) throws SQLException {
        boolean started = row.getObject("seq") != null;
        return new Progress(
                row.getBoolean("progressed"),
                started ? (Intent) records.map(row, context).event() : null);
    }

    private static LogSummary summary(WorkflowHead head, @Nullable Progress progress) {
        return new LogSummary(
                head.lastSeq(),
                progress != null && progress.progressed(),
                head.lastEvent(),
                progress == null ? null : progress.lastIntent());
    }
}
