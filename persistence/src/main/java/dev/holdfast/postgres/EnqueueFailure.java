package dev.holdfast.postgres;

import dev.holdfast.ErasedException;
import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.NotAdoptedException;
import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.jdbc.ServerError;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The exception for a SQLSTATE of holdfast.submit and holdfast.signal: docs/submitting.md has the table. Stateless. */
final class EnqueueFailure {
    private static final Duration SOON = Duration.ofSeconds(1);

    private EnqueueFailure() {}

    /** {@code named} is the key or id that was sent, {@code workflowId} the workflow, where it is known. */
    static HoldfastException of(SQLException e, String named, String workflowId) {
        Exception why = ServerError.withoutValues(e);
        String message = String.valueOf(why.getMessage());
        return switch (String.valueOf(e.getSQLState())) {
            case "WF001", "WF002", "22P02", "22P05", "22003" -> new InvalidInputException(message(e));
            case "WF004" -> SubmissionConflictException.ofInput(named, detail(e));
            case "WF005" -> SubmissionConflictException.ofDefinition(named, detail(e));
            case "WF006" -> new ErasedException(named);
            case "WF007" -> new UnknownWorkflowException(workflowId);
            case "WF008" -> new WorkflowEndedException(workflowId, WorkflowStatus.valueOf(detail(e)));
            case "WF009" -> new OverloadedException(message(e), SOON);
            case "WF010", "55P03" -> new SubmissionHeldException(named);
            case "WF011" -> new NotAdoptedException();
            case "25P02" ->
                new HoldfastException(
                        "the transaction has failed before, so nothing more can be written in it: roll it back, or back"
                                + " to a savepoint; the first error in it says why",
                        why);
            case "40001", "40P01" ->
                new HoldfastException(
                        "the transaction collides with another one: roll it back, and run it again (" + message + ")",
                        why);
            case "WF003", "42501", "42883", "3F000" ->
                new HoldfastException("the database refuses to enqueue: " + message + hint(e), why);
            default ->
                new StoreUnavailableException(
                        "the database has failed, and with it this transaction: " + message + hint(e), why);
        };
    }

    private static String message(SQLException e) {
        ServerErrorMessage message = server(e);
        return message == null ? String.valueOf(e.getMessage()) : String.valueOf(message.getMessage());
    }

    private static String detail(SQLException e) {
        ServerErrorMessage message = server(e);
        return message == null ? "" : String.valueOf(message.getDetail());
    }

    private static String hint(SQLException e) {
        ServerErrorMessage message = server(e);
        return message == null || message.getHint() == null ? "" : ". Hint: " + message.getHint();
    }

    private static @Nullable ServerErrorMessage server(SQLException e) {
        return e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
    }
}
