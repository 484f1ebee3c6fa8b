package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/** A build to come: its migrations add a nullable column and, concurrently, an index. */
final class NextBuild {
    static final String LOCATION = "classpath:dev/holdfast/postgres/schema/next";
    static final String NAME = "next build";

    private NextBuild() {}

    /** As that build does at its start; returns how many were applied. */
    static int migrate(TestDatabase database, Duration lockTimeout) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setApplicationName(NAME);
        return Migrations.migrate(dataSource, lockTimeout, Migrations.LOCATION, LOCATION);
    }

    /** The index waits for a transaction that has seen the table before, and gives up. */
    static void leaveAnInvalidIndex(TestDatabase database) {
        try (ForeignTransaction foreign = new ForeignTransaction(database)) {
            foreign.execute("declare old cursor for select generate_series(1, 1000)");
            assertThatThrownBy(() -> migrate(database, Duration.ofMillis(300))).isInstanceOf(HoldfastException.class);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
