package dev.holdfast.postgres.audit;

import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements that add rows to holdfast.audit for requests that do not pass through the inbox. */
public interface AuditSql {
    String COLUMNS = "action, target, actor, reason, role, route, arguments, request_id, trace_id";
    String VALUES = ":action, :target, :actor, :reason, :role, :route, cast(:arguments as jsonb), :requestId, :traceId";

    /** Adds the request for a change that no workflow decides. */
    @SqlUpdate("insert into holdfast.audit (id, decided, " + COLUMNS + ") values (:id, false, " + VALUES + ")")
    void requested(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext context);

    /** Adds the decision on a request. */
    @SqlUpdate("""
            insert into holdfast.audit (id, decided, action, target, actor, reason, outcome)
            values (:id, true, :action, :target, :actor, :reason, :outcome)""")
    void decided(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext context,
            @Bind("outcome") String outcome);

    /** Adds a rejected request. No change was requested from the store, so this is its only row. */
    @SqlUpdate("insert into holdfast.audit (id, decided, outcome, " + COLUMNS + ") values (:id, true, 'REFUSED', "
            + VALUES + ")")
    void refused(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext context);
}
