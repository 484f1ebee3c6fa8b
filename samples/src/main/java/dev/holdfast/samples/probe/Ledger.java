package dev.holdfast.samples.probe;

import dev.holdfast.StepScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Records each call of a body, independently of the engine: a row in {@code probe.ledger}, which is in its own schema
 * and written in autocommit. Safe for all threads.
 */
public final class Ledger {
    private static final String CREATE = """
            select pg_catalog.pg_advisory_lock(hashtextextended('probe.ledger', 0));
            create schema if not exists probe;
            create table if not exists probe.ledger (
                id bigserial primary key, workflow_id text, step text, position int, idempotency_key text, attempt int,
                node text, at timestamptz default clock_timestamp());
            select pg_catalog.pg_advisory_unlock(hashtextextended('probe.ledger', 0))""";

    private static final String INSERT = """
            insert into probe.ledger (workflow_id, step, position, idempotency_key, attempt, node)
            values (?, ?, ?, ?, ?, ?)""";

    private final @Nullable DataSource dataSource;

    private Ledger() {
        this.dataSource = null;
    }

    /** A ledger without a database, which records nothing. */
    public static Ledger none() {
        return new Ledger();
    }

    /** Creates the table if it is missing. */
    public Ledger(DataSource dataSource) throws SQLException {
        this.dataSource = dataSource;
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
        }
    }

    /** Adds a row; a body calls it first. */
    void append(StepScope step, String name) throws SQLException {
        DataSource source = dataSource;
        if (source == null) {
            return;
        }
        try (Connection connection = source.getConnection()) {
            append(connection, step, name);
        }
    }

    /** Adds a row within the transaction of this connection. */
    void append(Connection connection, StepScope step, String name) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, step.workflowId());
            insert.setString(2, name);
            insert.setInt(3, step.position());
            insert.setString(4, step.idempotencyKey());
            insert.setInt(5, step.attempt());
            insert.setString(6, step.node());
            insert.executeUpdate();
        }
    }
}
