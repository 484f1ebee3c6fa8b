package dev.holdfast.postgres.read;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@link InboxSql#page}. Stateless. */
public final class InboxRowMapper implements RowMapper<InboxRow> {
    private final InboxMessageMapper messages = new InboxMessageMapper();

    @Override
    public InboxRow map(ResultSet row, StatementContext context) throws SQLException {
        return new InboxRow(
                messages.map(row, context),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getObject("read_at", OffsetDateTime.class).toInstant(),
                row.getBoolean("decidable"),
                row.getBoolean("is_last"));
    }
}
