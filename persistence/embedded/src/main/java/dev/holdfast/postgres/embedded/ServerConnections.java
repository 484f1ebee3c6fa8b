package dev.holdfast.postgres.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** Opens connections to the embedded server: loopback, one superuser, no password, one database. Stateless. */
final class ServerConnections {
    static final String HOST = "127.0.0.1";
    static final String USER = "postgres";
    static final String DATABASE = "postgres";
    /** Any program may listen at the port, even one that never answers. */
    private static final int TIMEOUT_SECONDS = 5;

    private ServerConnections() {}

    static Connection open(int port) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {HOST});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(DATABASE);
        source.setUser(USER);
        source.setSslMode("disable");
        source.setGssEncMode("disable");
        source.setConnectTimeout(TIMEOUT_SECONDS);
        source.setSocketTimeout(TIMEOUT_SECONDS);
        return source.getConnection();
    }
}
