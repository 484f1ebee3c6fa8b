package dev.holdfast.postgres.embedded;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** How the embedded server is reached: loopback, one superuser, no password, one database. */
final class ServerConnections {
    static final String HOST = "127.0.0.1";
    static final String USER = "postgres";
    static final String DATABASE = "postgres";
    /** What listens there may be anything, also something that never answers. */
    private static final int ANSWER_WITHIN_SECONDS = 5;

    private ServerConnections() {}

    static Connection open(int port) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {HOST});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(DATABASE);
        source.setUser(USER);
        source.setSslMode("disable");
        source.setGssEncMode("disable");
        source.setConnectTimeout(ANSWER_WITHIN_SECONDS);
        source.setSocketTimeout(ANSWER_WITHIN_SECONDS);
        return source.getConnection();
    }
}
