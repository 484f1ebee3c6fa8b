package dev.holdfast.postgres.audit;

import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

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

    /** Adds a request and its refusal, unless the request is there. */
    @SqlUpdate("""
            with requested as (
                insert into holdfast.audit (id, decided,\s""" + COLUMNS + """
                ) values (:id, false,\s""" + VALUES + """
                ) on conflict do nothing returning id)
            insert into holdfast.audit (id, decided, action, target, actor, reason, outcome, status)
            select r.id, true, :action, :target, :actor, :reason, 'REFUSED', :status from requested r""")
    int refusedAtOnce(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @Bind("status") @Nullable String status,
            @BindMethods AuditContext context);

    /** Adds a rejected request. No change was requested from the store, so this is its only row. */
    @SqlUpdate("insert into holdfast.audit (id, decided, outcome, " + COLUMNS + ") values (:id, true, 'REFUSED', "
            + VALUES + ")")
    void refused(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext context);
}
