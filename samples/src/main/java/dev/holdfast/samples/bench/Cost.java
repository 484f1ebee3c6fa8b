package dev.holdfast.samples.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * Resources that the database server and this process have used so far. The difference of two readings is a
 * measurement. Immutable.
 *
 * @param commits of this database, from pg_stat_database
 * @param walBytes written by the server
 * @param postgresNanos CPU time of the server's present processes; 0 if it cannot be read
 * @param jvmNanos CPU time of this process, callers included
 */
record Cost(long commits, long walBytes, long postgresNanos, long jvmNanos) {
    private static final String READ = """
            select (select xact_commit from pg_catalog.pg_stat_database
                    where datname = pg_catalog.current_database()),
                pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint,
                (select pg_catalog.array_agg(pid) from pg_catalog.pg_stat_activity)""";

    /** Reads the values on a new connection. */
    static Cost now(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(READ)) {
            row.next();
            long postgres = 0;
            for (Integer pid : (Integer[]) row.getArray(3).getArray()) {
                postgres += ProcessHandle.of(pid).map(Cost::cpuNanos).orElse(0L);
            }
            return new Cost(row.getLong(1), row.getLong(2), postgres, cpuNanos(ProcessHandle.current()));
        }
    }

    private static long cpuNanos(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    Cost since(Cost before) {
        return new Cost(
                commits - before.commits,
                walBytes - before.walBytes,
                postgresNanos - before.postgresNanos,
                jvmNanos - before.jvmNanos);
    }
}
