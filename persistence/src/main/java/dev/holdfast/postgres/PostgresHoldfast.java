package dev.holdfast.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.schema.Migrations;
import javax.sql.DataSource;

/**
 * The way in for programs: {@code PostgresHoldfast.on(dataSource).register(…).start()}. Starting brings the schema up
 * to date, joins as a node and goes on with what lies in the database. Stateless; the builder is for one thread.
 */
public final class PostgresHoldfast {
    private PostgresHoldfast() {}

    /**
     * On the caller's DataSource, which stays the caller's to close. Of it the node keeps
     * {@link PostgresConfig#connections()} for itself, and takes others for reads.
     */
    public static Holdfast.Builder on(DataSource dataSource) {
        return on(dataSource, PostgresConfig.defaults());
    }

    /** As above, with settings; those of the database in them are not used. */
    public static Holdfast.Builder on(DataSource dataSource, PostgresConfig config) {
        return EngineBuilder.on(telemetry -> {
            Migrations.migrate(dataSource);
            return new PostgresStore(dataSource, dataSource, () -> {}, config, telemetry);
        });
    }

    /** On connections and a pool of the node's own. Throws {@link IllegalArgumentException} without a database. */
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
                Migrations.migrate(plain);
            }
            HikariDataSource pool = connector.forReads();
            return new PostgresStore(plain, pool, pool, config, telemetry);
        });
    }
}
