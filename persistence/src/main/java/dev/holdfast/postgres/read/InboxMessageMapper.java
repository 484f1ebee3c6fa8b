package dev.holdfast.postgres.read;

import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.SignalMessage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of holdfast.inbox. Stateless. */
public final class InboxMessageMapper implements RowMapper<InboxMessage> {
    private static final String SIGNAL = "SIGNAL";

    @Override
    public InboxMessage map(ResultSet row, StatementContext context) throws SQLException {
        if (row.getString("kind").equals(SIGNAL)) {
            return new SignalMessage(
                    WorkflowKeys.of(row),
                    row.getObject("id", UUID.class),
                    row.getString("name"),
                    row.getBytes("payload"),
                    row.getObject("at", OffsetDateTime.class).toInstant());
        }
        return new OperatorAction(
                WorkflowKeys.of(row),
                row.getObject("id", UUID.class),
                ActionKind.valueOf(row.getString("kind")),
                row.getString("target"),
                row.getInt("letter_seq"),
                row.getString("actor"),
                row.getString("reason"));
    }
}
