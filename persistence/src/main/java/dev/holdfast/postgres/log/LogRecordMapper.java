package dev.holdfast.postgres.log;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowWrite;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads a record of holdfast.log. Stateless. */
public final class LogRecordMapper implements RowMapper<LogRecord> {
    @Override
    public LogRecord map(ResultSet row, StatementContext context) throws SQLException {
        return new LogRecord(
                row.getInt("seq"),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getInt("node"),
                outcome(row),
                event(row));
    }

    private static @Nullable Outcome outcome(ResultSet row) throws SQLException {
        int state = row.getInt("outcome_state");
        if (state == 0) {
            return null;
        }
        long retryMillis = row.getLong("retry_millis");
        Duration retryIn = row.wasNull() ? null : Duration.ofMillis(retryMillis);
        return new Outcome(
                row.getInt("outcome_position"),
                row.getString("outcome_branch"),
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

    private static WorkflowWrite.@Nullable Event event(ResultSet row) throws SQLException {
        short event = row.getShort("event");
        return switch (event) {
            case EventCode.NONE -> null;
            case EventCode.INTENT -> intent(row);
            case EventCode.PARKED -> new WorkflowWrite.Parked(deadLetter(row));
            case EventCode.RETRIED -> new WorkflowWrite.Retried(Objects.requireNonNull(ask(row)));
            case EventCode.CANCEL ->
                new WorkflowWrite.Cancelled(row.getInt("event_position"), Objects.requireNonNull(ask(row)));
            case EventCode.COMPLETED, EventCode.FAILED, EventCode.CANCELLED ->
                new WorkflowWrite.Ended(EventCode.status(event), row.getBytes("detail"), ask(row));
            default ->
                throw new IllegalStateException("event " + event + " is unknown: was it written by a newer version?");
        };
    }

    /** What the log has of what was asked; who asked and why stands in the audit. */
    private static @Nullable OperatorAction ask(ResultSet row) throws SQLException {
        UUID id = row.getObject("idempotency_key", UUID.class);
        return id == null
                ? null
                : new OperatorAction(
                        WorkflowKeys.of(row), id, ActionKind.valueOf(row.getString("name")), "", 0, "", "");
    }

    private static WorkflowWrite.Intent intent(ResultSet row) throws SQLException {
        int position = row.getInt("compensates_position");
        int compensates = row.wasNull() ? -1 : position;
        return new WorkflowWrite.Intent(
                row.getInt("event_position"),
                row.getString("event_branch"),
                row.getInt("event_attempt"),
                row.getString("name"),
                row.getObject("idempotency_key", UUID.class),
                compensates);
    }

    private static ParkingReason deadLetter(ResultSet row) throws SQLException {
        return new ParkingReason(
                DeadLetter.Cause.valueOf(Objects.requireNonNull(row.getString("cause"))),
                row.getString("step"),
                row.getInt("position"),
                row.getObject("letter_key", UUID.class),
                row.getInt("attempts"),
                new Failure(row.getString("error_class"), row.getString("error_message")),
                row.getString("stack"));
    }
}
