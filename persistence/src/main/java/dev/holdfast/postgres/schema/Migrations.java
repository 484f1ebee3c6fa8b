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
 * Migrates the schema {@code holdfast} of a database to the version that this build needs, by Flyway, with a history
 * table of its own. Called by every node that starts and by {@code holdfast migrate}. Concurrent calls wait for each
 * other, and none blocks a running node. Throws {@code HoldfastException} with the error of the database. Stateless.
 */
public final class Migrations {
    static final String SCHEMA = "holdfast";
    /** The newest version that this build has. */
    static final int VERSION = 10;

    public static final String LOCATION = "classpath:dev/holdfast/postgres/schema/migrations";

    private static final String UNDEFINED_TABLE = "42P01";
    private static final String ENCODING = "UTF8";

    private static final String SESSION = """
            select pg_catalog.current_setting('transaction_read_only')::boolean,
                pg_catalog.current_setting('server_encoding')""";

    /** The time for which a migration tries to get a lock that other sessions hold. */
    static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

    /** Seconds that another process may take to migrate, which may include building an index. */
    private static final int LOCK_RETRIES_MAX = 600;

    private Migrations() {}

    /** Returns the number of migrations that this call applied. Throws {@link HoldfastException} with the reason. */
    public static int migrate(DataSource dataSource) {
        return migrate(dataSource, LOCK_TIMEOUT, LOCATION);
    }

    /**
     * Checks that the schema has the version that this build needs, and changes nothing: behind a pooler, Flyway would
     * change sessions that other clients get. Throws {@link HoldfastException} that says how to migrate.
     */
    public static void requireCurrent(DataSource dataSource) {
        int version = version(dataSource);
        if (version != VERSION) {
            throw new HoldfastException("the schema " + SCHEMA + " of this database is at version " + version
                    + ", and this build needs " + VERSION + ": a node behind a pooler does not migrate; run"
                    + " `holdfast migrate` without the pooler first");
        }
    }

    /** The version of the schema; 0 if there is none. */
    private static int version(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection()) {
            return JdbiFactory.on(connection).withExtension(MigrationSql.class, MigrationSql::version);
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        } catch (JdbiException e) {
            if (e.getCause() instanceof SQLException refused) {
                if (UNDEFINED_TABLE.equals(refused.getSQLState())) {
                    return 0;
                }
                throw UnusableServerException.refusal(refused);
            }
            throw e;
        }
    }

    /** Applies other migrations, for tests. */
    public static int migrate(DataSource dataSource, String... locations) {
        return migrate(dataSource, LOCK_TIMEOUT, locations);
    }

    /** Migrates with another lock timeout. */
    static int migrate(DataSource dataSource, Duration lockTimeout, String... locations) {
        requireUsable(dataSource);
        return new MigrationRun(dataSource, configuration(dataSource, locations), lockTimeout).run();
    }

    /** The state of the schema, with the pending migrations. Changes nothing, and needs only the right to read. */
    public static SchemaState state(DataSource dataSource) {
        return state(dataSource, LOCATION);
    }

    static SchemaState state(DataSource dataSource, String... locations) {
        requireConnection(dataSource);
        try {
            return SchemaState.of(configuration(dataSource, locations).load());
        } catch (FlywayException e) {
            throw MigrationFailure.of(e, dataSource);
        }
    }

    /** Flyway would say that it could not migrate. */
    private static void requireConnection(DataSource dataSource) {
        try {
            dataSource.getConnection().close();
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        }
    }

    private static FluentConfiguration configuration(DataSource dataSource, String... locations) {
        return Flyway.configure()
                // A session lock: a concurrent index build would wait for the transaction of a transactional lock.
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .dataSource(dataSource)
                .schemas(SCHEMA)
                .defaultSchema(SCHEMA)
                .table("migration")
                .locations(locations)
                .lockRetryCount(LOCK_RETRIES_MAX)
                .placeholderReplacement(false);
    }

    /**
     * Rejects read-only sessions with a reason, which Flyway would not give; once there is a schema,
     * holdfast.require_durable does so. Rejects a database that cannot store every text, before anything is in it.
     */
    private static void requireUsable(DataSource dataSource) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SESSION)) {
            row.next();
            if (row.getBoolean(1)) {
                throw new HoldfastException("this database cannot be used as configured: its sessions are read-only."
                        + " Hint: connect to the primary; remove default_transaction_read_only from the role and the"
                        + " database, and readOnly from the pool.");
            }
            if (!ENCODING.equals(row.getString(2))) {
                throw new HoldfastException("this database has the encoding " + row.getString(2)
                        + ", in which not every text can be stored: expected " + ENCODING + ". Use another database:"
                        + " `create database holdfast encoding 'UTF8' template template0`");
            }
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        }
    }
}
