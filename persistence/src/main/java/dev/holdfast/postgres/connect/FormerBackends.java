package dev.holdfast.postgres.connect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backends that serve the connections of one data source. When a connection is closed because the server did not
 * respond, its backend goes on with its statement: a commit that waits for a standby waits for ever. So that such
 * backends do not pile up, each new connection ends the backends of those that were closed. Safe for all threads.
 */
final class FormerBackends {
    private static final String OWN = """
            select a.pid, a.backend_start::text from pg_catalog.pg_stat_activity a
            where a.pid = pg_catalog.pg_backend_pid()""";
    private static final String TERMINATE = """
            select pg_catalog.pg_terminate_backend(a.pid)
            from unnest(?::integer[], ?::timestamptz[]) f(pid, backend_start)
            join pg_catalog.pg_stat_activity a on a.datname = pg_catalog.current_database()
                and a.pid = f.pid and a.backend_start = f.backend_start""";

    private static final String NOT_PERMITTED = "42501";
    private static final Logger LOG = LoggerFactory.getLogger(FormerBackends.class);

    /** Its pid may be used again; with the start it is unique. */
    private record Backend(Connection connection, int pid, String start) {}

    private final List<Backend> backends = new ArrayList<>();

    /** Ends the backends of the connections that are closed by now, and remembers that of this one. */
    void replaceBy(Connection opened) throws SQLException {
        List<Backend> former = closed();
        if (!former.isEmpty()) {
            terminate(former, opened);
        }
        Backend own = backendOf(opened);
        synchronized (backends) {
            backends.removeAll(former);
            backends.add(own);
        }
    }

    private List<Backend> closed() throws SQLException {
        List<Backend> closed = new ArrayList<>();
        synchronized (backends) {
            for (Backend backend : backends) {
                if (backend.connection().isClosed()) {
                    closed.add(backend);
                }
            }
        }
        return closed;
    }

    /** Without the right to end them, connections still open; then they stay as long as their statements last. */
    private static void terminate(List<Backend> former, Connection by) throws SQLException {
        try (PreparedStatement statement = by.prepareStatement(TERMINATE)) {
            statement.setArray(
                    1,
                    by.createArrayOf("int4", former.stream().map(Backend::pid).toArray()));
            statement.setArray(
                    2,
                    by.createArrayOf("text", former.stream().map(Backend::start).toArray()));
            statement.execute();
        } catch (SQLException e) {
            if (!NOT_PERMITTED.equals(e.getSQLState())) {
                throw e;
            }
            LOG.debug("the backends of closed connections may not be ended by this role", e);
        }
    }

    private static Backend backendOf(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(OWN)) {
            row.next();
            return new Backend(connection, row.getInt(1), row.getString(2));
        }
    }
}
