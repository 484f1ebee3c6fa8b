package dev.holdfast.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Makes the DataSources of a node from its settings. */
final class Pool {
    private static final int CONNECT_SECONDS = 5;
    private static final int READ_SECONDS = 10;
    private static final int KEYS_SECONDS = 3;
    private static final long CHECKOUT_MILLIS = 5_000;
    private static final long IDLE_MILLIS = 60_000;

    private Pool() {}

    /** Says that a URL is wrong without the URL, in which a password may stand. */
    static void requireReadable(String url) {
        try {
            new PGSimpleDataSource().setUrl(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the URL of the database cannot be read: expected jdbc:postgresql://host:port/database?user=...");
        }
    }

    /** Plain connections, for those who keep theirs. */
    static PGSimpleDataSource plain(PostgresConfig config) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(config.url().orElseThrow());
        dataSource.setApplicationName("holdfast " + config.nodeName());
        dataSource.setConnectTimeout(CONNECT_SECONDS);
        dataSource.setTcpKeepAlive(true);
        return dataSource;
    }

    /**
     * Plain connections for who asks for keys: seldom, and with nothing to wait for that others are busy with. A pool
     * would be slow to see that an outage is over, and nobody would be let in meanwhile.
     */
    static PGSimpleDataSource forKeys(PostgresConfig config) {
        PGSimpleDataSource dataSource = plain(config);
        dataSource.setApplicationName("holdfast keys");
        dataSource.setConnectTimeout(KEYS_SECONDS);
        dataSource.setSocketTimeout(KEYS_SECONDS);
        return dataSource;
    }

    /** A pool for reads; empty at first, so that a node also starts where the database is slow. */
    static HikariDataSource forReads(PostgresConfig config) {
        PGSimpleDataSource dataSource = plain(config);
        dataSource.setSocketTimeout(READ_SECONDS);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(dataSource);
        pool.setPoolName("holdfast-pool");
        pool.setMinimumIdle(config.poolMin());
        pool.setMaximumPoolSize(config.poolMax());
        pool.setConnectionTimeout(CHECKOUT_MILLIS);
        pool.setIdleTimeout(IDLE_MILLIS);
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }
}
