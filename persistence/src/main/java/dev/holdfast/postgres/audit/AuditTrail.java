package dev.holdfast.postgres.audit;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
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
import org.jspecify.annotations.Nullable;

/**
 * Reads the audit log, and adds changes that are decided at once, without an inbox. Called by the store, the retention
 * rules and the API keys. Throws {@link org.jdbi.v3.core.JdbiException} when the database fails. Safe for all threads.
 */
public final class AuditTrail {
    /** Of one search: rows of the log that are passed over cost as much as those that are found. */
    private static final int LOOKS_MAX = 10_000;

    /** The rows that a search looks at, by the index of times or that of targets. */
    private static final String LOOKED_AT = """
            from holdfast.audit a
                where (cast(:target as text) is null or a.target = :target)
                    and (cast(:after as timestamptz) is null or a.at >= :after)
                    and (cast(:before as timestamptz) is null or a.at < :before)
                    and (cast(:belowAt as timestamptz) is null
                        or (a.at, a.id, a.decided) < (:belowAt, :belowId, :belowDecided))
                order by a.at desc, a.id desc, a.decided desc
            """;

    /** Only the row of a request has its route and arguments, so the row of a decision is joined with it. */
    private static final String PAGE = """
            select a.id, a.at, a.decided, a.action, a.target, a.actor, a.reason, a.outcome, a.status,
                coalesce(a.role, requested.role) as role, coalesce(a.route, requested.route) as route,
                coalesce(a.arguments, requested.arguments)::text as arguments,
                coalesce(a.request_id, requested.request_id) as request_id,
                coalesce(a.trace_id, requested.trace_id) as trace_id
            from (select a.* from (select a.*\s""" + LOOKED_AT + """
                    limit :looks) a
                where (cast(:actor as text) is null or a.actor = :actor)
                    and (cast(:action as text) is null or a.action = :action)
                order by a.at desc, a.id desc, a.decided desc limit :limit) a
            left join holdfast.audit requested on a.decided and requested.id = a.id and not requested.decided
            order by a.at desc, a.id desc, a.decided desc""";

    /** The last row that a search looks at, if there are more. */
    private static final String LOOKED_TO = "select a.at, a.id, a.decided " + LOOKED_AT + "offset :looks - 1 limit 1";

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

    /** Adds the request for an action and its refusal; returns false, and adds nothing, if the request is there. */
    public boolean refused(UUID id, String action, String target, @Nullable String status, ActionOptions options) {
        AuditContext context = AuditContext.of(options);
        return CommitConfirmation.transaction(
                jdbi, tx -> tx.attach(AuditSql.class).refusedAtOnce(id, action, target, status, context) > 0);
    }

    /** Looks at a limited number of rows; if there are more, the cursor of the page continues with them. */
    public Page<AuditEntry> page(AuditFilter filter) {
        return jdbi.withHandle(handle -> {
            List<AuditEntry> found = bind(handle.createQuery(PAGE), filter)
                    .bind("actor", filter.actor().orElse(null))
                    .bind("action", filter.action().orElse(null))
                    .bind("limit", filter.limit() + 1)
                    .map((row, context) -> row(row))
                    .list();
            Page<AuditEntry> page =
                    Page.of(found, filter.limit(), row -> AuditCursor.of(row).toString());
            boolean searches = filter.actor().isPresent() || filter.action().isPresent();
            return page.next().isPresent() || !searches ? page : new Page<>(page.items(), lookedTo(handle, filter));
        });
    }

    private static Optional<String> lookedTo(Handle handle, AuditFilter filter) {
        return bind(handle.createQuery(LOOKED_TO), filter)
                .map((row, context) -> cursor(row).toString())
                .findOne();
    }

    private static AuditCursor cursor(ResultSet row) throws SQLException {
        return new AuditCursor(
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getObject("id", UUID.class),
                row.getBoolean("decided"));
    }

    private static Query bind(Query query, AuditFilter filter) {
        Optional<AuditCursor> below = filter.cursor().map(AuditCursor::parse);
        return query.bind("looks", LOOKS_MAX)
                .bind("target", filter.target().orElse(null))
                .bind("after", time(filter.after()))
                .bind("before", time(filter.before()))
                .bind("belowAt", time(below.map(AuditCursor::at)))
                .bind("belowId", below.map(AuditCursor::id).orElse(null))
                .bind("belowDecided", below.map(AuditCursor::decided).orElse(null));
    }

    private static @Nullable OffsetDateTime time(Optional<Instant> time) {
        return time.map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null);
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
