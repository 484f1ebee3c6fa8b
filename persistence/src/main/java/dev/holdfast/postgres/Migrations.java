package dev.holdfast.postgres;

import dev.holdfast.HoldfastException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * Brings the schema {@code holdfast} of a database up to what this build needs, by Flyway, with a history table of its
 * own. Called at every start and by {@code holdfast migrate}; several at once wait for each other.
 */
public final class Migrations {
    static final String SCHEMA = "holdfast";
    static final String LOCATION = "classpath:dev/holdfast/postgres/migrations";

    private Migrations() {}

    /** Returns how many migrations were applied. Throws {@link HoldfastException} with what Flyway says. */
    public static int migrate(DataSource dataSource) {
        return migrate(dataSource, LOCATION);
    }

    /** For tests that bring a migration with a line left out. */
    static int migrate(DataSource dataSource, String location) {
        try {
            return Flyway.configure()
                    .dataSource(dataSource)
                    .schemas(SCHEMA)
                    .defaultSchema(SCHEMA)
                    .table("migration")
                    .locations(location)
                    .placeholderReplacement(false)
                    .load()
                    .migrate()
                    .migrationsExecuted;
        } catch (FlywayException e) {
            throw new HoldfastException(
                    "the schema " + SCHEMA + " could not be brought up to date: " + e.getMessage(), e);
        }
    }
}
