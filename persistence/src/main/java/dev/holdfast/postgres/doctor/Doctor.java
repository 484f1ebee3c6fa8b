package dev.holdfast.postgres.doctor;

import dev.holdfast.postgres.connect.Causes;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.ServerRefusal;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.postgres.schema.SchemaState;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/**
 * Examines the database of an installation in sessions that can only read. Each check has its own connection,
 * transaction and time limits, so that a check that fails stops no other. Called by {@code holdfast doctor}. Stateless.
 */
public final class Doctor {
    static final int STATEMENT_MILLIS = 3_000;
    private static final int LOCK_MILLIS = 500;
    private static final String CONNECTION = "connection";

    private final DataSource dataSource;
    private final Jdbi jdbi;
    private final Limits limits;
    private final InstantSource clock;

    Doctor(DatabaseSettings database, Limits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.dataSource = new Connector(database, "doctor").forDoctor();
        this.jdbi = Jdbi.create(dataSource).installPlugin(new SqlObjectPlugin()).installPlugin(new PostgresPlugin());
    }

    /** A doctor for this database. Opens no connection yet. */
    public static Doctor of(DatabaseSettings database) {
        return new Doctor(database, Limits.USUAL, InstantSource.system());
    }

    /** Runs all checks, in the order of the report; takes some seconds if the database does not answer. */
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        boolean connected = true;
        try {
            findings.add(connection());
        } catch (RuntimeException e) {
            findings.add(unconnected(e));
            connected = false;
        }
        for (Check check : checks()) {
            findings.add(
                    connected
                            ? run(check)
                            : Finding.noData(check.name(), "not checked, because there is no connection", ""));
        }
        return findings;
    }

    private List<Check> checks() {
        return Stream.of(
                        new ServerChecks(limits, clock).all(),
                        List.of(new Check("migrations", any -> migrations())),
                        new DurabilityChecks().all(),
                        new ReplicationChecks(limits).all(),
                        new ActivityChecks(limits).all(),
                        new OwnershipChecks(limits).all(),
                        new WorkflowChecks(limits).all())
                .flatMap(List::stream)
                .toList();
    }

    private Finding connection() {
        long began = System.nanoTime();
        try (Handle handle = jdbi.open()) {
            long millis = (System.nanoTime() - began) / 1_000_000;
            return ServerChecks.connection(handle, millis, limits);
        }
    }

    /** A server that refuses the login does answer. */
    private static Finding unconnected(RuntimeException e) {
        return ServerRefusal.of(e)
                .map(refusal -> Finding.degraded(
                        CONNECTION,
                        "the server refuses it: " + refusal.seen(),
                        refusal.remedy().isEmpty() ? "See the log of the server." : refusal.remedy() + "."))
                .orElseGet(() -> Finding.unreachable(
                        CONNECTION,
                        Failure.of(e).message(),
                        "Check host and port of --database-url, and that the server runs."));
    }

    private Finding migrations() {
        SchemaState schema = Migrations.state(dataSource);
        String at = "at version " + schema.version() + ", this build knows up to " + schema.known();
        if (schema.isNewer() || schema.foreign()) {
            return Finding.degraded(
                    "migrations",
                    at + (schema.foreign() ? ", with migrations of another build" : ""),
                    "Use the build that migrated it, or a newer one.");
        }
        return schema.isCurrent()
                ? Finding.ok("migrations", at)
                : Finding.degraded(
                        "migrations",
                        at + "; pending: " + schema.pending().size(),
                        "Run `./holdfast migrate`, or start a node of this build, which does the same.");
    }

    /** Runs a check; a failure is a finding too. */
    Finding run(Check check) {
        try {
            return jdbi.inTransaction(handle -> {
                handle.execute(
                        "select pg_catalog.set_config('statement_timeout', ?, true),"
                                + " pg_catalog.set_config('lock_timeout', ?, true)",
                        STATEMENT_MILLIS + "ms",
                        LOCK_MILLIS + "ms");
                return check.examination().apply(handle);
            });
        } catch (RuntimeException e) {
            return Failure.of(e).finding(check.name());
        }
    }

    /** The SQLSTATE, which is empty for errors that are not the database's, and the first line of the message. */
    private record Failure(String state, String message) {
        static Failure of(Throwable e) {
            return Causes.of(e, SQLException.class)
                    .findFirst()
                    .map(refused -> new Failure(
                            String.valueOf(refused.getSQLState()),
                            String.valueOf(refused.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse("")))
                    .orElseGet(() -> new Failure("", String.valueOf(e.getMessage())));
        }

        Finding finding(String check) {
            return switch (state) {
                case "42501" ->
                    Finding.noData(
                            check,
                            "this role has no right to read: " + message,
                            "Grant usage on schema holdfast and select on its tables, or use the role of the nodes.");
                case "42P01", "3F000" ->
                    Finding.noData(check, "there is no such table: " + message, "Run `./holdfast migrate`.");
                case "57014", "55P03" ->
                    Finding.noData(check, "no answer within " + STATEMENT_MILLIS / 1_000 + " s", "Try it again later.");
                default ->
                    state.startsWith("08") || state.startsWith("57P")
                            ? Finding.unreachable(check, message, "Check the log of the server.")
                            : Finding.noData(check, message, "");
            };
        }
    }
}
