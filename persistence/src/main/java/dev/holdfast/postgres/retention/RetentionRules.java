package dev.holdfast.postgres.retention;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.audit.AuditTrail;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The retention rules. Each change is written to the audit log in the same transaction. Called by operators through the
 * store. Throws {@link org.jdbi.v3.core.JdbiException} when the database fails. Safe for all threads.
 */
public final class RetentionRules {
    private static final String ANY = "*";
    private static final String ALL = """
            select r.definition, r.status, extract(epoch from r.keep)::bigint as seconds from holdfast.retention r
            order by r.definition, r.status""";
    private static final String SET = """
            insert into holdfast.retention (definition, status, keep)
            values (:definition, :status, cast(:seconds as bigint) * interval '1 second')
            on conflict (definition, status) do update set keep = excluded.keep""";
    private static final String DROP =
            "delete from holdfast.retention where definition = :definition and status = :status";

    private final Jdbi jdbi;

    public RetentionRules(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public List<RetentionRule> all() {
        return jdbi.withHandle(handle -> handle.createQuery(ALL)
                .map((row, context) -> new RetentionRule(
                        named(row.getString("definition")),
                        named(row.getString("status")).map(WorkflowStatus::valueOf),
                        keep(row)))
                .list());
    }

    private static Optional<String> named(String text) {
        return text.equals(ANY) ? Optional.empty() : Optional.of(text);
    }

    private static Optional<Duration> keep(ResultSet row) throws SQLException {
        long seconds = row.getLong("seconds");
        return row.wasNull() ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /** Adds or replaces a rule; always returns true. */
    public boolean set(RetentionRule rule, ActionOptions options) {
        return change(SET, "RETAIN", rule, options.in(options.context().with("keep", kept(rule))));
    }

    public boolean drop(RetentionRule rule, ActionOptions options) {
        return change(DROP, "DROP_RETENTION", rule, options);
    }

    private boolean change(String sql, String action, RetentionRule rule, ActionOptions options) {
        String definition = rule.definition().orElse(ANY);
        String status = rule.status().map(Enum::name).orElse(ANY);
        ActionOptions audited =
                options.in(options.context().with("definition", definition).with("status", status));
        @Nullable Long seconds = rule.keep().map(Duration::toSeconds).orElse(null);
        return CommitConfirmation.transaction(jdbi, tx -> {
            int changed = tx.createUpdate(sql)
                    .bind("definition", definition)
                    .bind("status", status)
                    .bind("seconds", seconds)
                    .execute();
            AuditTrail.changed(tx, action, definition + " " + status, audited, changed > 0);
            return changed > 0;
        });
    }

    private static String kept(RetentionRule rule) {
        return rule.keep().map(Duration::toString).orElse("forever");
    }
}
