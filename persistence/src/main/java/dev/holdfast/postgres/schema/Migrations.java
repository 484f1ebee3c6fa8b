package dev.holdfast.postgres.schema;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.connect.UnusableServerException;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jdbi.v3.core.JdbiException;

/**
 * Brings the schema {@code holdfast} of a database up to what this build needs, by Flyway, with a history table of its
 * own. Called at every start and by {@code holdfast migrate}; several at once wait for each other, and none blocks a
 * node that runs. Throws {@code HoldfastException} with what the database refused. Stateless.
 */
public final class Migrations {
    static final String SCHEMA = "holdfast";
    /** The last one. */
    static final int VERSION = 5;

    public static final String LOCATION = "classpath:dev/holdfast/postgres/schema/migrations";

    private static final String UNKNOWN = "42P01";

    /** For how long they try to get a lock that somebody else holds. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A second each: how long another process may take that migrates, which may build an index. */
    private static final int TURNS_MAX = 600;

    private Migrations() {}

    /** Returns how many migrations were applied. Throws {@link HoldfastException} with what stands against it. */
    public static int migrate(DataSource dataSource) {
        return migrate(dataSource, PATIENCE, LOCATION);
    }

    /**
     * Asks whether the schema is what this build needs, and changes nothing: behind a pooler Flyway would set up
     * sessions that others get. Throws {@link HoldfastException} that says how to migrate.
     */
    public static void requireCurrent(DataSource dataSource) {
        int version = version(dataSource);
        if (version != VERSION) {
            throw new HoldfastException("the schema " + SCHEMA + " of this database is at version " + version
                    + ", and this build needs " + VERSION + ": a node behind a pooler does not migrate; run"
                    + " `holdfast migrate` without the pooler before");
        }
    }

    /** 0 where there is none. */
    private static int version(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return JdbiFactory.on(connection).withExtension(MigrationSql.class, MigrationSql::version);
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException refused) {
                if (UNKNOWN.equals(refused.getSQLState())) {
                    return 0;
                }
                throw UnusableServerException.refusal(refused);
            }
            throw e;
        }
    }

    /** For tests that bring migrations of their own. */
    public static int migrate(DataSource dataSource, String... locations) {
        return migrate(dataSource, PATIENCE, locations);
    }

    /** As above, with another patience. */
    static int migrate(DataSource dataSource, Duration patience, String... locations) {
        requireWritable(dataSource);
        return new MigrationRun(dataSource, configuration(dataSource, locations), patience).run();
    }

    /** What {@link #migrate} would do. Changes nothing, and may be asked by a role that only reads. */
    public static SchemaState state(DataSource dataSource) {
        return state(dataSource, LOCATION);
    }

    static SchemaState state(DataSource dataSource, String... locations) {
        try {
            return SchemaState.of(configuration(dataSource, locations).load());
        } catch (FlywayException e) {
            throw refused(e);
        }
    }

    private static FluentConfiguration configuration(DataSource dataSource, String... locations) {
        return Flyway.configure()
                // A lock of the session: the transaction of the other kind is one that a concurrent index waits for.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .dataSource(dataSource)
                .schemas(SCHEMA)
                .defaultSchema(SCHEMA)
                .table("migration")
                .locations(locations)
                .lockRetryCount(TURNS_MAX)
                .placeholderReplacement(false);
    }

    static HoldfastException refused(FlywayException e) {
        return new HoldfastException("the schema " + SCHEMA + " could not be brought up to date: " + e.getMessage(), e);
    }

    /** Flyway would say what it cannot do, and not why; once there is a schema, holdfast.require_durable is asked. */
    private static void requireWritable(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.current_setting('transaction_read_only')")) {
            if (row.next() && "on".equals(row.getString(1))) {
                throw new HoldfastException("this database cannot be used as it is set: its sessions are read-only."
                        + " Hint: connect to the primary; remove default_transaction_read_only from the role and the"
                        + " database.");
            }
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        }
    }
}
