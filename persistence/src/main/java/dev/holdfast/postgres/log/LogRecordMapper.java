package dev.holdfast.postgres.log;

import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads a record of holdfast.log, selected by {@link LogSql#COLUMNS}. Stateless. */
public final class LogRecordMapper implements RowMapper<LogRecord> {
    @Override
    public LogRecord map(ResultSet row, StatementContext context) throws SQLException {
        return new LogRecord(
                row.getInt("seq"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getInt("node"),
                outcome(row),
                EventCodec.read(row));
    }

    private static @Nullable Outcome outcome(ResultSet row) throws SQLException {
        int state = row.getInt("outcome_state");
        if (state == 0) {
            return null;
        }
        long retryMillis = row.getLong("retry_millis");
        Duration retryIn = row.wasNull() ? null : Duration.ofMillis(retryMillis);
        return new Outcome(
                Objects.requireNonNull(EventCodec.position(row, "outcome_branch", "outcome_position")),
                row.getInt("outcome_attempt"),
                state(state),
                row.getBytes("outcome"),
                retryIn);
    }

    private static Outcome.State state(int code) {
        for (Outcome.State state : Outcome.State.values()) {
            if (state.code() == code) {
                return state;
            }
        }
        throw new IllegalStateException("outcome_state " + code + " is unknown: was it written by a newer version?");
    }
}
