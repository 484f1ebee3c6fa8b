package dev.holdfast.postgres.audit;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.spi.AuditCursor;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Reads the audit log, and adds changes that are decided at once, without an inbox. Called by the store, the retention
 * rules and the API keys. Throws {@link org.jdbi.v3.core.JdbiException} when the database fails. Safe for all threads.
 */
public final class AuditTrail {
    /** Of one search. */
    private static final int LOOKS_MAX = 10_000;

    private static final OffsetDateTime LAST = OffsetDateTime.MAX; // infinity
    private static final UUID LAST_ID = new UUID(-1, -1);

    private static final String ORDER = " order by a.at desc, a.id desc, a.decided desc ";

    /**
     * Looks at rows by an index, and finds the wanted ones among them. If it could not look at all, the oldest row that
     * it looked at is the last one. Only the row of a request has its route and arguments, so the row of a decision is
     * joined with it.
     */
    private static final String PAGE = """
            with looked as materialized (
                select a.* from holdfast.audit a
                where (a.at, a.id, a.decided) < (:belowAt, :belowId, :belowDecided)
                    and a.at < :before and a.at >= :after
                    <target>""" + ORDER + """
                limit :looks),
            found as (
                select a.*, true as found from looked a
                where (cast(:actor as text) is null or a.actor = :actor)
                    and (cast(:action as text) is null or a.action = :action)""" + ORDER + """
                limit :limit)
            select a.id, a.at, a.decided, a.action, a.target, a.actor, a.reason, a.outcome, a.status, a.found,
                coalesce(a.role, requested.role) as role, coalesce(a.route, requested.route) as route,
                coalesce(a.arguments, requested.arguments)::text as arguments,
                coalesce(a.request_id, requested.request_id) as request_id,
                coalesce(a.trace_id, requested.trace_id) as trace_id
            from (select * from found
                union all (select a.*, false from looked a""" + ORDER + """
                    limit 1 offset :looks - 1)) a
            left join holdfast.audit requested on a.decided and requested.id = a.id and not requested.decided
            order by a.found desc, a.at desc, a.id desc, a.decided desc""";

    private static final String OF_A_TARGET = "and a.target = :target";

    private final Jdbi jdbi;

    public AuditTrail(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Adds the request for a change and the decision on it to this transaction, which makes the change. */
    public static void changed(Handle tx, String action, String target, ActionOptions options, boolean applied) {
        UUID id = UUID.randomUUID();
        AuditSql sql = tx.attach(AuditSql.class);
        AuditContext context = AuditContext.of(options);
        sql.requested(id, action, target, context);
        sql.decided(id, action, target, context, applied ? "APPLIED" : "REFUSED");
    }

    /** A row, and whether it is one of those that were searched for. */
    private record Row(AuditEntry entry, boolean found) {}

    /** Looks at a limited number of rows; if there are more, the cursor of the page continues with them. */
    public Page<AuditEntry> page(AuditFilter filter) {
        boolean all = filter.actor().isEmpty() && filter.action().isEmpty();
        List<Row> rows = jdbi.withHandle(handle -> bind(handle.createQuery(sql(filter)), filter)
                .bind("limit", filter.limit() + 1)
                .bind("looks", all ? filter.limit() + 1 : LOOKS_MAX)
                .map((row, context) -> new Row(row(row), row.getBoolean("found")))
                .list());
        List<AuditEntry> found =
                rows.stream().filter(Row::found).map(Row::entry).toList();
        Page<AuditEntry> page =
                Page.of(found, filter.limit(), entry -> AuditCursor.of(entry).toString());
        Optional<String> lookedTo = rows.stream()
                .filter(row -> !row.found())
                .map(row -> AuditCursor.of(row.entry()).toString())
                .findFirst();
        return new Page<>(page.items(), page.next().or(() -> lookedTo));
    }

    private static String sql(AuditFilter filter) {
        return PAGE.replace("<target>", filter.target().isPresent() ? OF_A_TARGET : "");
    }

    private static Query bind(Query query, AuditFilter filter) {
        Optional<AuditCursor> below = filter.cursor().map(AuditCursor::parse);
        filter.target().ifPresent(target -> query.bind("target", target));
        return query.bind("actor", filter.actor().orElse(null))
                .bind("action", filter.action().orElse(null))
                .bind("after", time(filter.after()).orElse(OffsetDateTime.MIN))
                .bind("before", time(filter.before()).orElse(LAST))
                .bind("belowAt", time(below.map(AuditCursor::at)).orElse(LAST))
                .bind("belowId", below.map(AuditCursor::id).orElse(LAST_ID))
                .bind("belowDecided", below.map(AuditCursor::decided).orElse(true));
    }

    private static Optional<OffsetDateTime> time(Optional<Instant> time) {
        return time.map(at -> at.atOffset(ZoneOffset.UTC));
    }

    private static AuditEntry row(ResultSet row) throws SQLException {
        return new AuditEntry(
                row.getObject("id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getBoolean("decided"),
                row.getString("action"),
                row.getString("target"),
                row.getString("actor"),
                row.getString("reason"),
                text(row, "outcome"),
                text(row, "status").map(WorkflowStatus::valueOf),
                new RequestContext(
                        text(row, "role"),
                        text(row, "route"),
                        DatabaseJson.readLabels(row.getString("arguments")),
                        text(row, "request_id"),
                        text(row, "trace_id")));
    }

    private static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }
}
