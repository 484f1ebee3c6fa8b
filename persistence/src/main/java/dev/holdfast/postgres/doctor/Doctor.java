package dev.holdfast.postgres.doctor;

import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.DatabaseSettings;
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
 * Examines the database of an installation, from a session that can only read. Each check has a connection, a
 * transaction and time limits of its own, so that one that fails stops no other. Called by {@code holdfast doctor};
 * stateless.
 */
public final class Doctor {
    static final int STATEMENT_MILLIS = 3_000;
    private static final int LOCK_MILLIS = 500;

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

    /** Of this database; nothing is asked yet. */
    public static Doctor of(DatabaseSettings database) {
        return new Doctor(database, Limits.USUAL, InstantSource.system());
    }

    /** Looks at everything, in the order in which it is told; takes seconds where much is away. */
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        Finding connection = connection();
        findings.add(connection);
        boolean answers = connection.state() != Finding.State.UNREACHABLE;
        for (Check check : checks()) {
            findings.add(
                    answers
                            ? look(check)
                            : Finding.noData(check.name(), "not looked at, as the database does not answer", ""));
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
        } catch (RuntimeException e) {
            return Finding.unreachable(
                    "connection",
                    Failure.of(e).said(),
                    "Check address, port, user and password of --database-url, and that the server runs.");
        }
    }

    private Finding migrations() {
        SchemaState schema = Migrations.state(dataSource);
        String at = "at version " + schema.version() + ", this build knows up to " + schema.known();
        if (schema.isNewer() || schema.foreign()) {
            return Finding.degraded(
                    "migrations",
                    at + (schema.foreign() ? ", and others than it has" : ""),
                    "Use the build that migrated it, or a newer one.");
        }
        return schema.isCurrent()
                ? Finding.ok("migrations", at)
                : Finding.degraded(
                        "migrations",
                        at + "; pending: " + schema.pending().size(),
                        "Run `./holdfast migrate`, or start a node of this build, which does the same.");
    }

    /** What it comes to, also where it fails. */
    Finding look(Check check) {
        try {
            return jdbi.inTransaction(handle -> {
                handle.execute(
                        "select pg_catalog.set_config('statement_timeout', ?, true),"
                                + " pg_catalog.set_config('lock_timeout', ?, true)",
                        STATEMENT_MILLIS + "ms",
                        LOCK_MILLIS + "ms");
                return check.look().apply(handle);
            });
        } catch (RuntimeException e) {
            return Failure.of(e).finding(check.name());
        }
    }

    /** What the driver said, and the code of the server, if it was the server who said it. */
    private record Failure(String state, String said) {
        static Failure of(Throwable e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException refused) {
                    return new Failure(
                            String.valueOf(refused.getSQLState()),
                            String.valueOf(refused.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""));
                }
            }
            return new Failure("", String.valueOf(e.getMessage()));
        }

        Finding finding(String check) {
            return switch (state) {
                case "42501" ->
                    Finding.noData(
                            check,
                            "this role may not look: " + said,
                            "Grant usage on schema holdfast and select on its tables, or use the role of the nodes.");
                case "42P01", "3F000" ->
                    Finding.noData(check, "there is no such table: " + said, "Run `./holdfast migrate`.");
                case "57014", "55P03" ->
                    Finding.noData(check, "no answer within " + STATEMENT_MILLIS / 1_000 + " s", "Try it again later.");
                default ->
                    state.startsWith("08") || state.startsWith("57P")
                            ? Finding.unreachable(check, said, "Look at the log of the server.")
                            : Finding.noData(check, said, "");
            };
        }
    }
}
