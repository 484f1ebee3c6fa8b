package dev.holdfast.postgres;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.engine.EngineBuilder;
import javax.sql.DataSource;

/**
 * The way in for programs: {@code PostgresHoldfast.on(dataSource).register(…).start()}. Starting brings the schema up
 * to date, joins as a node and goes on with what lies in the database. Stateless; the builder is for one thread.
 */
public final class PostgresHoldfast {
    private PostgresHoldfast() {}

    /**
     * On the caller's DataSource, which stays the caller's to close. Of it the node keeps
     * {@link PostgresConfig#connections()} less the pool for itself, and takes others for reads.
     */
    public static EngineBuilder on(DataSource dataSource) {
        return on(dataSource, PostgresConfig.defaults());
    }

    /** As above, with settings; their URL and pool are not used. */
    public static EngineBuilder on(DataSource dataSource, PostgresConfig config) {
        return EngineBuilder.on(telemetry -> {
            Migrations.migrate(dataSource);
            return new PostgresStore(dataSource, dataSource, () -> {}, config, telemetry);
        });
    }

    /** On connections and a pool of the node's own. Throws {@link IllegalArgumentException} without a URL. */
    public static EngineBuilder on(PostgresConfig config) {
        if (config.url().isEmpty()) {
            throw new IllegalArgumentException("no database URL: use PostgresConfig.of(\"jdbc:postgresql://…\")");
        }
        return EngineBuilder.on(telemetry -> {
            DataSource plain = Pool.plain(config);
            Migrations.migrate(plain);
            HikariDataSource pool = Pool.forReads(config);
            return new PostgresStore(plain, pool, pool, config, telemetry);
        });
    }
}
