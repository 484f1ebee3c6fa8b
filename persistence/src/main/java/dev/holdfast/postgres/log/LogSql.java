package dev.holdfast.postgres.log;

import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements that read holdfast.log, and bring open rows in line with it. Only holdfast.flush writes it. */
public interface LogSql {
    /** The columns of a dead letter {@code d}. */
    String LETTER_COLUMNS = """
            d.cause, d.step, d.position, d.step_number, d.branch as letter_branch, \
            d.attempts, d.idempotency_key as letter_key, \
            d.error_class, d.error_message, d.stack
            """;

    /** The columns of the event of a record {@code l}, and of its dead letter {@code d}. */
    String EVENT_COLUMNS = """
            l.event, l.event_position, l.event_branch, l.event_attempt, l.name, l.idempotency_key, \
            l.compensates_position, l.detail, l.sent_at,\s""" + LETTER_COLUMNS;

    /** The columns of a record {@code l} of {@code k}; the dead letter of a parking record is in its own table. */
    String COLUMNS = """
            k.uid, l.seq, l.at, l.node, l.outcome_position, l.outcome_branch, l.outcome_attempt, \
            l.outcome_state, l.outcome, l.retry_millis,\s""" + EVENT_COLUMNS;

    /**
     * Finds the dead letter {@code d} of a parking record {@code l}, by a lookup of its own: a join may read the table.
     */
    String LETTER = """
             left join lateral (
                select d.cause, d.step, d.position, d.step_number, d.branch, d.attempts,
                    d.idempotency_key, d.error_class,
                    d.error_message, d.stack
                from holdfast.dead_letter d
                where l.event = (select e.code from holdfast.event_kind e where e.name = 'parked')
                    and d.bucket = l.bucket and d.uid = l.uid and d.seq = l.seq
                limit 1) d on true
            """;

    /** The size of a record {@code l}, as {@link LogRecord#bytes} counts it; it does not read the values. */
    String BYTES = "(" + LogRecord.FIXED_BYTES + """
             + coalesce(octet_length(l.outcome), 0) + coalesce(octet_length(l.detail), 0)
             + coalesce(octet_length(l.name), 0)
             + case when l.event = (select e.code from holdfast.event_kind e where e.name = 'parked') then
            """ + ParkingReason.STACK_MAX + " else 0 end)";

    /** Brings an open row in line with its log; returns false while another session has locked the row. */
    @SqlQuery("select holdfast.tidy(:bucket, :era, :uid)")
    boolean tidy(@Bind("bucket") int bucket, @Bind("era") int era, @Bind("uid") UUID uid);

    /** The records of one workflow after this seq, in order, by the primary key: at least one, and up to this size. */
    @SqlQuery("select " + COLUMNS + """
            from (select cast(:bucket as integer) as bucket, cast(:era as integer) as era, cast(:uid as uuid) as uid) k
            """ + WorkflowKeys.HOME + """
            cross join lateral (
                select l.*, sum(""" + BYTES + """
                    ) over (order by l.seq) as bytes, row_number() over (order by l.seq) as place
                from (select l.* from holdfast.log l
                    where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era and l.seq > :after
                    order by l.seq limit :limit) l) l
            """ + LETTER + """
            where l.bytes <= :bytesMax or l.place = 1
            order by l.seq""")
    @RegisterRowMapper(LogRecordMapper.class)
    List<LogRecord> page(
            @Bind("bucket") int bucket,
            @Bind("era") int era,
            @Bind("uid") UUID uid,
            @Bind("after") int after,
            @Bind("limit") int limit,
            @Bind("bytesMax") long bytesMax);

    /** The size of the input and the log of one workflow; 0 if there is no such workflow. */
    @SqlQuery("""
            select coalesce((select octet_length(w.input) from holdfast.workflow w
                    where w.bucket = k.bucket and w.uid = k.uid and w.era = home.era), 0)
                + coalesce((select sum(""" + BYTES + """
                    ) from holdfast.log l where l.bucket = k.bucket and l.uid = k.uid and l.era = home.era), 0)
            from (select cast(:bucket as integer) as bucket, cast(:era as integer) as era, cast(:uid as uuid) as uid) k
            """ + WorkflowKeys.HOME)
    long bytes(@Bind("bucket") int bucket, @Bind("era") int era, @Bind("uid") UUID uid);
}
