package dev.holdfast.postgres.doctor;

import java.util.List;
import java.util.Set;

/** Checks the settings without which a commit may be lost. */
final class DurabilityChecks {
    private static final Set<String> WEAK = Set.of("off", "local", "remote_write");

    List<Check> all() {
        return List.of(
                new Check(
                        "fsync",
                        handle -> mustBeOn(
                                "fsync",
                                handle.attach(ServerSql.class).setting("fsync"),
                                "Set fsync = on: otherwise a crash of the machine loses commits, or the database.")),
                new Check(
                        "full-page-writes",
                        handle -> mustBeOn(
                                "full-page-writes",
                                handle.attach(ServerSql.class).setting("full_page_writes"),
                                "Set full_page_writes = on, unless the file system never tears a page.")),
                new Check(
                        "synchronous-commit",
                        handle -> synchronous(handle.attach(ServerSql.class).setting("synchronous_commit"))));
    }

    private static Finding mustBeOn(String check, String value, String todo) {
        return value.equals("on") ? Finding.ok(check, "on") : Finding.degraded(check, value, todo);
    }

    private static Finding synchronous(String value) {
        return WEAK.contains(value)
                ? Finding.degraded(
                        "synchronous-commit",
                        value + " for this role and database; nodes raise it to on for their own writes",
                        "Set synchronous_commit = on, so that other writes in this database are as durable.")
                : Finding.ok("synchronous-commit", value);
    }
}
