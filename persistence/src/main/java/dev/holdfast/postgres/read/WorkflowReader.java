package dev.holdfast.postgres.read;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.postgres.log.LogRecordMapper;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole workflows, many in two statements. If a workflow has ended or was parked, and its open row does not show
 * that, the row is updated or deleted and the workflow is left out. Safe for all threads.
 */
public final class WorkflowReader {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowReader.class);

    private static final String WORKFLOWS = """
            select k.bucket, k.era, k.uid, w.id, w.definition, w.version, w.input, w.traceparent, w.tracestate,
                o.status, o.due, o.loads, o.loaded_seq, pg_catalog.clock_timestamp() as read_at
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WorkflowKeys.WORKFLOW + """
            join holdfast.open_workflow o on o.uid = k.uid and o.bucket = k.bucket""";

    private static final String LOGS =
            "select " + LogSql.COLUMNS + """
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WorkflowKeys.HOME + """
            cross join lateral (select l.* from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era offset 0) l
            """ + LogSql.LETTER + "order by l.uid, l.seq";

    /** The last seq and the last event of each, by the primary key read backwards; no values of steps. */
    private static final String HEADS = "select k.uid, tail.seq as last_seq, l.seq, l.at, l.node, 0 as outcome_state, "
            + LogSql.EVENT_COLUMNS + """
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WorkflowKeys.HOME + """
            cross join lateral (select l.seq from holdfast.log l
                where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
                order by l.seq desc limit 1) tail
            left join lateral holdfast.last_event(k.bucket, home.era, k.uid) l on true
            """ + LogSql.LETTER;

    private final Jdbi jdbi;
    private final WorkflowIds ids;

    public WorkflowReader(Jdbi jdbi, WorkflowIds ids) {
        this.jdbi = jdbi;
        this.ids = ids;
    }

    public List<StoredWorkflow> load(Collection<WorkflowKey> keys) {
        Map<UUID, List<LogRecord>> logs = logs(keys);
        List<StoredWorkflow> all = jdbi.withHandle(handle -> WorkflowKeys.bind(handle.createQuery(WORKFLOWS), keys)
                .map((row, context) -> stored(row, logs))
                .list());
        return all.stream().filter(this::isOpen).toList();
    }

    private boolean isOpen(StoredWorkflow stored) {
        HistoryEvent last =
                LogRecord.lastEvent(stored.log()).map(LogRecord::event).orElse(null);
        if (last instanceof HistoryEvent.Parked && stored.status() == WorkflowStatus.DEAD_LETTERED) {
            return true;
        }
        if (last instanceof HistoryEvent.Ended || last instanceof HistoryEvent.Parked) {
            LOG.atDebug()
                    .addKeyValue("workflow", stored.id())
                    .log("the open row of workflow {} is obsolete", stored.id());
            WorkflowKey key = stored.key();
            jdbi.withExtension(LogSql.class, sql -> sql.tidy(key.bucket(), key.era(), key.uid()));
            return false;
        }
        return true;
    }

    private StoredWorkflow stored(ResultSet row, Map<UUID, List<LogRecord>> logs) throws SQLException {
        WorkflowKey key = WorkflowKeys.of(row);
        String own = row.getString("id");
        OffsetDateTime due = row.getObject("due", OffsetDateTime.class);
        return new StoredWorkflow(
                key,
                own == null ? ids.format(key) : own,
                row.getString("definition"),
                row.getInt("version"),
                row.getBytes("input"),
                trace(row),
                WorkflowStatus.valueOf(row.getString("status")),
                due == null ? null : due.toInstant(),
                row.getInt("loads"),
                row.getInt("loaded_seq"),
                row.getObject("read_at", OffsetDateTime.class).toInstant(),
                logs.getOrDefault(key.uid(), List.of()));
    }

    private static @Nullable TraceContext trace(ResultSet row) throws SQLException {
        String traceparent = row.getString("traceparent");
        return traceparent == null ? null : new TraceContext(traceparent, row.getString("tracestate"));
    }

    private Map<UUID, List<LogRecord>> logs(Collection<WorkflowKey> keys) {
        LogRecordMapper mapper = new LogRecordMapper();
        Map<UUID, List<LogRecord>> logs = new LinkedHashMap<>();
        jdbi.useHandle(handle -> WorkflowKeys.bind(handle.createQuery(LOGS), keys)
                .map((row, context) -> Map.entry(row.getObject("uid", UUID.class), mapper.map(row, context)))
                .forEach(entry -> logs.computeIfAbsent(entry.getKey(), uid -> new ArrayList<>())
                        .add(entry.getValue())));
        return logs;
    }

    /** The heads by uid, without workflows that have no record. */
    public Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys) {
        LogRecordMapper mapper = new LogRecordMapper();
        return jdbi.withHandle(handle -> WorkflowKeys.bind(handle.createQuery(HEADS), keys)
                .map((row, context) -> Map.entry(row.getObject("uid", UUID.class), head(row, context, mapper)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static WorkflowHead head(ResultSet row, StatementContext context, LogRecordMapper mapper)
            throws SQLException {
        boolean hasEvent = row.getObject("seq") != null;
        return new WorkflowHead(row.getInt("last_seq"), hasEvent ? mapper.map(row, context) : null);
    }
}
