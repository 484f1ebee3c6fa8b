package dev.holdfast.samples.crash;

import dev.holdfast.postgres.TestDatabase;
import java.util.List;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.ds.PGSimpleDataSource;

/** The database under test, read with SQL only. Safe for all threads. */
final class Database implements AutoCloseable {
    private final String jdbcUrl;
    private final DataSource dataSource;
    private final Runnable drop;
    private final Jdbi jdbi;

    private Database(String jdbcUrl, DataSource dataSource, Runnable drop) {
        this.jdbcUrl = jdbcUrl;
        this.dataSource = dataSource;
        this.drop = drop;
        this.jdbi = Jdbi.create(dataSource);
    }

    /** Creates a database with the tables of Holdfast. */
    static Database create() {
        TestDatabase database = TestDatabase.migrated();
        return new Database(database.jdbcUrl(), database.dataSource(), database::close);
    }

    /** The database of an embedded server, which closes with it. */
    static Database on(String jdbcUrl) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(jdbcUrl);
        return new Database(jdbcUrl, dataSource, () -> {});
    }

    String jdbcUrl() {
        return jdbcUrl;
    }

    /** Opens a connection for each call, without any proxy. */
    DataSource ledger() {
        return dataSource;
    }

    /** The first column of a query with positional parameters. */
    List<String> rows(String sql, Object... parameters) {
        return jdbi.withHandle(
                handle -> handle.select(sql, parameters).mapTo(String.class).list());
    }

    /** The only row of such a query, as text. */
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

    /** Whether the server still has a session for the client at this port. */
    boolean hasBackend(int clientPort) {
        return holds("select exists (select from pg_stat_activity where client_port = ?)", clientPort);
    }

    /** The number of runs of each body of this workflow, by position, as the ledger has it. */
    List<Integer> runs(String id) {
        return rows("select count(*) from probe.ledger where workflow_id = ? group by position order by position", id)
                .stream()
                .map(Integer::valueOf)
                .toList();
    }

    @Override
    public void close() {
        drop.run();
    }
}
