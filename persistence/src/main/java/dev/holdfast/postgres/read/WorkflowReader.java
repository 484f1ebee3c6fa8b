package dev.holdfast.postgres.read;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.postgres.log.LogRecordMapper;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.LogSummary;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads workflows, many in two statements; two more if some are long. If a workflow has ended or was parked, and its
 * open row does not show that, the row is updated or deleted and the workflow is left out. Safe for all threads.
 */
public final class WorkflowReader {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowReader.class);

    private static final String WORKFLOWS = """
            select k.bucket, k.era, k.uid, w.id, w.definition, w.version, w.traceparent, w.tracestate,
                w.deadline, case when octet_length(w.input) <= :inputMax then w.input end as input,
                o.status, o.due, o.waits[1] as waits, o.loads, o.loaded_seq, pg_catalog.clock_timestamp() as read_at
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WorkflowKeys.WORKFLOW + """
            cross join lateral (select o.* from holdfast.open_workflow o
                where o.uid = k.uid and o.bucket = k.bucket limit 1) o""";

    /** All records of each; of a log that is too long only the first, without values. */
    private static final String LOGS = "select " + LogSql.COLUMNS + """
            , l.whole
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WorkflowKeys.HOME + """
            cross join lateral (
                select l.bucket, l.uid, l.seq, l.at, l.node, l.outcome_position, l.outcome_branch, l.outcome_attempt,
                    l.outcome_state, case when l.whole then l.outcome end as outcome, l.retry_millis, l.event,
                    l.event_position, l.event_branch, l.event_attempt, l.name, l.idempotency_key,
                    l.compensates_position, case when l.whole then l.detail end as detail, l.sent_at, l.whole
                from (select l.*, row_number() over () as place, sum(""" + LogSql.BYTES + """
                        ) over () <= :bytesMax as whole
                    from (select l.* from holdfast.log l
                        where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era
                        order by l.seq limit :recordsMax) l) l
                where l.whole or l.place = 1) l
            """
            + LogSql.LETTER + "order by l.uid, l.seq";

    /** More records than a log has that is read with others. */
    private static final int RECORDS_MAX = StoredWorkflow.LOG_BYTES_MAX / LogRecord.FIXED_BYTES + 1;

    private static final LogSummary NO_LOG = LogSummary.of(List.of(), 0);
    private static final byte[] NOTHING = {};

    private final Jdbi jdbi;
    private final WorkflowIds ids;
    private final LogHeads heads;
    private final LogRecordMapper records = new LogRecordMapper();

    public WorkflowReader(Jdbi jdbi, WorkflowIds ids) {
        this.jdbi = jdbi;
        this.ids = ids;
        this.heads = new LogHeads(jdbi);
    }

    /** The place of the workflow with this id. */
    public Optional<WorkflowKey> locate(String id) {
        return ids.parse(id)
                .map(key -> jdbi.withExtension(
                        WorkflowSql.class,
                        sql -> Optional.of(key).filter(place -> sql.exists(place.bucket(), place.era(), place.uid()))))
                .orElseGet(() -> jdbi.withExtension(WorkflowSql.class, sql -> sql.locate(id, ids.bucketOf(id))));
    }

    public List<StoredWorkflow> load(Collection<WorkflowKey> keys) {
        Logs logs = logs(keys);
        List<StoredWorkflow> found = jdbi.withHandle(handle -> WorkflowKeys.bind(handle.createQuery(WORKFLOWS), keys)
                .bind("inputMax", StoredWorkflow.INPUT_BYTES_MAX)
                .map((row, context) -> stored(row, logs))
                .list());
        return withSummaries(found).stream().filter(this::isOpen).toList();
    }

    /** Replaces the summaries, which are empty so far. */
    private List<StoredWorkflow> withSummaries(List<StoredWorkflow> found) {
        List<StoredWorkflow> parts =
                found.stream().filter(stored -> !stored.isWhole()).toList();
        if (parts.isEmpty()) {
            return found;
        }
        Map<UUID, LogSummary> summaries = heads.summaries(parts);
        return found.stream()
                .map(stored -> stored.isWhole()
                        ? stored
                        : stored.withSummary(summaries.getOrDefault(stored.key().uid(), NO_LOG)))
                .toList();
    }

    private boolean isOpen(StoredWorkflow stored) {
        HistoryEvent last = stored.lastEvent().map(LogRecord::event).orElse(null);
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

    private StoredWorkflow stored(ResultSet row, Logs logs) throws SQLException {
        WorkflowKey key = WorkflowKeys.of(row);
        String own = row.getString("id");
        OffsetDateTime due = row.getObject("due", OffsetDateTime.class);
        OffsetDateTime deadline = row.getObject("deadline", OffsetDateTime.class);
        byte[] input = row.getBytes("input");
        boolean whole = input != null && !logs.tooLong().contains(key.uid());
        return new StoredWorkflow(
                key,
                own == null ? ids.format(key) : own,
                row.getString("definition"),
                row.getInt("version"),
                whole ? input : NOTHING,
                trace(row),
                deadline == null ? null : deadline.toInstant(),
                WorkflowStatus.valueOf(row.getString("status")),
                due == null ? null : due.toInstant(),
                row.getString("waits"),
                row.getInt("loads"),
                row.getInt("loaded_seq"),
                row.getObject("read_at", OffsetDateTime.class).toInstant(),
                whole ? logs.records().getOrDefault(key.uid(), List.of()) : List.of(),
                whole ? null : NO_LOG);
    }

    private static @Nullable TraceContext trace(ResultSet row) throws SQLException {
        String traceparent = row.getString("traceparent");
        return traceparent == null ? null : new TraceContext(traceparent, row.getString("tracestate"));
    }

    /** Logs by uid, and the uids of those that are too long. */
    private record Logs(Map<UUID, List<LogRecord>> records, Set<UUID> tooLong) {}

    private Logs logs(Collection<WorkflowKey> keys) {
        Logs logs = new Logs(new HashMap<>(), new HashSet<>());
        jdbi.useHandle(handle -> WorkflowKeys.bind(handle.createQuery(LOGS), keys)
                .bind("bytesMax", StoredWorkflow.LOG_BYTES_MAX)
                .bind("recordsMax", RECORDS_MAX)
                .map((row, context) -> {
                    UUID uid = row.getObject("uid", UUID.class);
                    if (row.getBoolean("whole")) {
                        logs.records()
                                .computeIfAbsent(uid, any -> new ArrayList<>())
                                .add(records.map(row, context));
                    } else {
                        logs.tooLong().add(uid);
                    }
                    return uid;
                })
                .forEach(uid -> {}));
        return logs;
    }
}
