package dev.holdfast.postgres.read;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.Page;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads dead letters. A letter is open while the record that parked the workflow is the workflow's last event. Open
 * letters are found by the index of parked rows in holdfast.open_workflow. The id of a letter contains the place of the
 * workflow and the seq of that record. Safe for all threads.
 */
public final class DeadLetterReader {
    /** Of one search: each costs some lookups. */
    private static final int LOOKS_MAX = 2_000;

    private static final String COLUMNS = """
            k.bucket, k.era, k.uid, d.seq, w.id, w.definition, w.version, d.at, d.cause, d.step, d.step_number,
                d.branch, d.idempotency_key, d.attempts, d.error_class, d.error_message, d.stack,
                d.seq = last.seq as open
            """;

    private static final String WORKFLOW = WorkflowKeys.WORKFLOW + """
            cross join lateral holdfast.last_event(w.bucket, w.era, w.uid) last
            """;

    private static final String OPEN = "select " + COLUMNS + """
            from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[]) as k(bucket, era, uid)
            """ + WORKFLOW + """
            cross join lateral (select d.* from holdfast.dead_letter d
                where d.bucket = k.bucket and d.uid = k.uid and d.seq = last.seq limit 1) d
            where (cast(:type as text) is null or w.definition = :type)
                and (cast(:cause as text) is null or d.cause = :cause)
                and (cast(:step as text) is null or d.step = :step)
            order by k.uid desc limit :limit""";

    private static final String PARKED = """
            select k.bucket, k.era, k.uid from holdfast.open_workflow k
            where k.status = 'DEAD_LETTERED' and k.uid < :below order by k.uid desc limit :looks""";

    private static final String ONE = "select " + COLUMNS + """
            from holdfast.dead_letter k
            """ + WORKFLOW + """
            join holdfast.dead_letter d on d.bucket = k.bucket and d.uid = k.uid and d.seq = k.seq
            where k.bucket = :bucket and k.uid = :uid and k.seq = :seq""";

    private final Jdbi jdbi;
    private final WorkflowIds ids;

    public DeadLetterReader(Jdbi jdbi, WorkflowIds ids) {
        this.jdbi = jdbi;
        this.ids = ids;
    }

    public Optional<DeadLetterId> locate(String id) {
        return DeadLetterId.parse(ids, id);
    }

    public Optional<DeadLetter> find(WorkflowKey key, int seq) {
        return jdbi.withHandle(handle -> handle.createQuery(ONE)
                .bind("bucket", key.bucket())
                .bind("uid", key.uid())
                .bind("seq", seq)
                .map((row, context) -> summary(row))
                .findOne());
    }

    /** Looks at a limited number of parked workflows; if there are more, the cursor of the page continues with them. */
    public Page<DeadLetter> open(DeadLetterFilter filter) {
        return jdbi.withHandle(handle -> {
            int looks = isOfAll(filter) ? filter.limit() + 1 : LOOKS_MAX;
            List<WorkflowKey> parked = handle.createQuery(PARKED)
                    .bind("below", WorkflowKeys.below(filter.cursor()))
                    .bind("looks", looks)
                    .map((row, context) -> WorkflowKeys.of(row))
                    .list();
            List<DeadLetter> found = bind(WorkflowKeys.bind(handle.createQuery(OPEN), parked), filter)
                    .bind("limit", filter.limit() + 1)
                    .map((row, context) -> summary(row))
                    .list();
            Page<DeadLetter> page =
                    Page.of(found, filter.limit(), letter -> uid(letter).toString());
            return page.next().isPresent() || parked.size() < looks
                    ? page
                    : new Page<>(
                            page.items(), Optional.of(parked.getLast().uid().toString()));
        });
    }

    private static boolean isOfAll(DeadLetterFilter filter) {
        return filter.type().isEmpty()
                && filter.cause().isEmpty()
                && filter.step().isEmpty();
    }

    private UUID uid(DeadLetter letter) {
        return locate(letter.id()).orElseThrow().key().uid();
    }

    private static Query bind(Query query, DeadLetterFilter filter) {
        return query.bind("type", filter.type().orElse(null))
                .bind("cause", filter.cause().map(DeadLetter.Cause::name).orElse(null))
                .bind("step", filter.step().orElse(null));
    }

    private DeadLetter summary(ResultSet row) throws SQLException {
        WorkflowKey key = WorkflowKeys.of(row);
        String own = row.getString("id");
        return new DeadLetter(
                new DeadLetterId(key, row.getInt("seq")).format(ids::format),
                own == null ? ids.format(key) : own,
                row.getString("definition"),
                row.getInt("version"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("cause"),
                Optional.ofNullable(row.getString("step")),
                row.getInt("step_number"),
                Objects.requireNonNullElse(row.getString("branch"), Position.MAIN),
                Optional.ofNullable(row.getObject("idempotency_key", UUID.class))
                        .map(UUID::toString),
                row.getInt("attempts"),
                new Failure(row.getString("error_class"), row.getString("error_message")),
                row.getString("stack"),
                row.getBoolean("open"));
    }
}
