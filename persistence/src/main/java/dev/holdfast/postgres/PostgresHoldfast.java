package dev.holdfast.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.connect.BorrowedConnections;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.connect.RequiredConnections;
import dev.holdfast.postgres.connect.UnusableServerException;
import dev.holdfast.postgres.schema.Migrations;
import java.sql.SQLException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.JdbiException;

/**
 * The entry point of programs: {@code PostgresHoldfast.on(dataSource).register(…).start()}. Starting migrates the
 * schema, joins as a node and continues the workflows of the database. Stateless; a builder is for one thread.
 *
 * <p>{@link Holdfast.Builder#start} throws {@link dev.holdfast.HoldfastException} when the settings or the schema of
 * the database cannot be used, and when another living process has the name of the node.
 */
public final class PostgresHoldfast {
    private PostgresHoldfast() {}

    /**
     * Configures a node on a DataSource, with {@link PostgresConfig#defaults()}. The node keeps
     * {@link PostgresConfig#connections()} connections for itself and takes 2 or more others for reads, so the pool
     * must be larger. They go back as they came, whatever their autocommit mode is. The caller closes the DataSource,
     * after the engine.
     */
    public static Holdfast.Builder on(DataSource dataSource) {
        return on(dataSource, PostgresConfig.defaults());
    }

    /**
     * Configures a node on a DataSource, with settings whose {@link PostgresConfig#database()} is empty: the node
     * connects through {@code dataSource} only.
     */
    public static Holdfast.Builder on(DataSource dataSource, PostgresConfig config) {
        DataSource borrowed = new BorrowedConnections(dataSource);
        return EngineBuilder.on(telemetry -> {
            RequiredConnections required = RequiredConnections.ofDataSource(config);
            required.requireAllowed(borrowed);
            required.requireFrom(borrowed);
            Migrations.migrate(borrowed);
            return opened(() -> new PostgresStore(borrowed, borrowed, () -> {}, config, telemetry));
        });
    }

    /**
     * Configures a node with connections and a pool of its own, which {@link Holdfast#close} closes. Behind a pooler it
     * requires a migrated schema in place of migrating. Throws {@link IllegalArgumentException} without a
     * {@link PostgresConfig#database()}.
     */
    public static Holdfast.Builder on(PostgresConfig config) {
        DatabaseSettings database = config.database()
                .orElseThrow(() ->
                        new IllegalArgumentException("no database: use PostgresConfig.of(\"jdbc:postgresql://…\")"));
        Connector connector = new Connector(database, config.nodeName());
        return EngineBuilder.on(telemetry -> {
            DataSource plain = connector.plain();
            if (config.pooler()) {
                Migrations.requireCurrent(plain);
            } else {
                RequiredConnections.ofOwn(config).requireAllowed(plain);
                Migrations.migrate(plain);
            }
            HikariDataSource pool = connector.forReads();
            try {
                return opened(() -> new PostgresStore(plain, pool, pool, config, telemetry));
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        });
    }

    private static PostgresStore opened(Supplier<PostgresStore> store) {
        try {
            return store.get();
        } catch (JdbiException e) {
            throw UnusableServerException.refusal(e.getCause() instanceof SQLException reason ? reason : e);
        }
    }
}
