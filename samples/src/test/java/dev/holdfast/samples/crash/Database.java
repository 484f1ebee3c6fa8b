package dev.holdfast.samples.crash;

import dev.holdfast.postgres.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** The database under test, looked at from outside, by SQL only. Safe for all threads. */
final class Database implements AutoCloseable {
    private final TestDatabase database;
    private final Jdbi jdbi;

    private Database(TestDatabase database) {
        this.database = database;
        this.jdbi = Jdbi.create(database.dataSource());
    }

    /** A new one; the first node brings the tables. */
    static Database create() {
        return new Database(TestDatabase.create());
    }

    String jdbcUrl() {
        return database.jdbcUrl();
    }

    /** A connection for each call, past all proxies. */
    DataSource ledger() {
        return database.dataSource();
    }

    /** The first column of the rows of a query with positional parameters. */
    List<String> rows(String sql, Object... parameters) {
        return jdbi.withHandle(
                handle -> handle.select(sql, parameters).mapTo(String.class).list());
    }

    /** The only row of such a query. */
    String one(String sql, Object... parameters) {
        return jdbi.withHandle(
                handle -> handle.select(sql, parameters).mapTo(String.class).one());
    }

    long number(String sql, Object... parameters) {
        return Long.parseLong(one(sql, parameters));
    }

    boolean holds(String sql, Object... parameters) {
        return jdbi.withHandle(
                handle -> handle.select(sql, parameters).mapTo(Boolean.class).one());
    }

    /** Whether the server still serves the client at this port. */
    boolean hasBackend(int clientPort) {
        return holds("select exists (select from pg_stat_activity where client_port = ?)", clientPort);
    }

    /** How often the body of each ledgered position of this workflow ran, by position. */
    List<Integer> runs(String id) {
        return rows("select count(*) from probe.ledger where workflow_id = ? group by position order by position", id)
                .stream()
                .map(Integer::valueOf)
                .toList();
    }

    @Override
    public void close() {
        database.close();
    }
}
