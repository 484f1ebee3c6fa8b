package dev.holdfast.postgres.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.StatementContext;
import org.postgresql.PGConnection;

/** An array of bytea, which JDBI by itself does not bind. Immutable. */
public record ByteaArray(List<byte[]> elements) implements Argument {
    @Override
    public void apply(int position, PreparedStatement statement, StatementContext context) throws SQLException {
        PGConnection connection = statement.getConnection().unwrap(PGConnection.class);
        statement.setArray(position, connection.createArrayOf("bytea", elements.toArray(byte[][]::new)));
    }
}
