package dev.holdfast.postgres.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Checks for transactions that stay open, and for dead rows, which such transactions keep from being vacuumed. */
final class ActivityChecks {
    static final String GRANT = "Grant pg_read_all_stats to this role.";
    private static final String SCHEMA = "holdfast";
    private static final int SHARE = 5;

    private final Limits limits;

    ActivityChecks(Limits limits) {
        this.limits = limits;
    }

    List<Check> all() {
        return List.of(new Check("oldest-transaction", this::transaction), new Check("dead-rows", this::deadRows));
    }

    private Finding transaction(Handle handle) {
        ActivitySql sql = handle.attach(ActivitySql.class);
        Optional<ActivitySql.Transaction> oldest = sql.oldest();
        String seen = oldest.map(one -> one.who() + " for " + (long) one.seconds() + " s")
                .orElse("none is open");
        if (oldest.filter(one -> one.seconds() * 1e9 > limits.transaction().toNanos())
                .isPresent()) {
            return Finding.degraded(
                    "oldest-transaction",
                    seen,
                    "End it: dead rows cannot be removed before it ends, and migrations wait for its locks.");
        }
        return sql.isHidden()
                ? Finding.noData("oldest-transaction", "this role cannot see the transactions of other roles", GRANT)
                : Finding.ok("oldest-transaction", seen);
    }

    private Finding deadRows(Handle handle) {
        List<ActivitySql.Rows> tables = handle.attach(ActivitySql.class).rows(SCHEMA);
        if (tables.isEmpty()) {
            return Finding.noData("dead-rows", "there are no tables of Holdfast here", "Run `./holdfast migrate`.");
        }
        String bad = tables.stream()
                .filter(table -> table.dead() > limits.deadRows() && table.dead() * SHARE > table.live() + table.dead())
                .limit(SHARE)
                .map(ActivityChecks::described)
                .collect(Collectors.joining(", "));
        return bad.isEmpty()
                ? Finding.ok("dead-rows", "at most " + described(tables.getFirst()))
                : Finding.degraded(
                        "dead-rows",
                        bad,
                        "Find out why autovacuum does not keep up: an old transaction, a slot, too few workers.");
    }

    private static String described(ActivitySql.Rows table) {
        return table.dead() + " beside " + table.live() + " live ones in " + table.name();
    }
}
