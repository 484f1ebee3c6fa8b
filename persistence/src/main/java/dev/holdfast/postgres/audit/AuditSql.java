package dev.holdfast.postgres.audit;

import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements that add to holdfast.audit what no inbox has. */
public interface AuditSql {
    String COLUMNS = "action, target, actor, reason, role, route, arguments, request_id, trace_id";
    String VALUES = ":action, :target, :actor, :reason, :role, :route, cast(:arguments as jsonb), :requestId, :traceId";

    /** Something that no workflow decides is asked for. */
    @SqlUpdate("insert into holdfast.audit (id, decided, " + COLUMNS + ") values (:id, false, " + VALUES + ")")
    void asked(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext asking);

    /** What became of it. */
    @SqlUpdate("""
            insert into holdfast.audit (id, decided, action, target, actor, reason, outcome)
            values (:id, true, :action, :target, :actor, :reason, :outcome)""")
    void decided(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext asking,
            @Bind("outcome") String outcome);

    /** A request that was not let in: nothing was asked of anybody, so this is the only row. */
    @SqlUpdate("insert into holdfast.audit (id, decided, outcome, " + COLUMNS + ") values (:id, true, 'REFUSED', "
            + VALUES + ")")
    void refused(
            @Bind("id") UUID id,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext asking);
}
