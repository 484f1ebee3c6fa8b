package dev.holdfast.postgres;

import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.Ask;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of holdfast.inbox. Stateless. */
public final class AskMapper implements RowMapper<Ask> {
    @Override
    public Ask map(ResultSet row, StatementContext context) throws SQLException {
        return new Ask(
                Keys.of(row),
                row.getObject("id", UUID.class),
                ActionKind.valueOf(row.getString("action")),
                row.getString("target"),
                row.getInt("letter_seq"),
                row.getString("actor"),
                row.getString("reason"));
    }
}
