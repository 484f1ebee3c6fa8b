package dev.holdfast.server.http;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.ErasedException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.InvalidOptionException;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HttpException;
import io.helidon.http.NotFoundException;
import io.helidon.http.RequestException;
import java.time.Duration;

/** The one table from what was thrown to what the caller is told. */
public final class Problems {
    private static final Duration SOON = Duration.ofSeconds(1);

    private Problems() {}

    /** The problem of a failure; INTERNAL_ERROR, which whoever asks must log, for what nobody expects. */
    public static Problem of(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return switch (thrown) {
            case ProblemException e -> e.problem();
            case InvalidInputException e -> invalid(e, message);
            case InvalidOptionException e -> new Problem(ProblemCode.INVALID_INPUT, message).field(e.option());
            case TooLargeException e -> new Problem(ProblemCode.TOO_LARGE, message);
            case UnknownDefinitionException e -> new Problem(ProblemCode.UNKNOWN_DEFINITION, message);
            case UnknownWorkflowException e -> new Problem(ProblemCode.UNKNOWN_WORKFLOW, message);
            case UnknownDeadLetterException e -> new Problem(ProblemCode.UNKNOWN_DEAD_LETTER, message);
            case ActionRefusedException e ->
                refused(e.status().isFinal() ? ProblemCode.WORKFLOW_ENDED : ProblemCode.CANCEL_REFUSED, e);
            case SubmissionConflictException e ->
                new Problem(ProblemCode.KEY_CONFLICT, message).workflow(e.existingId());
            case SubmissionHeldException e -> new Problem(ProblemCode.SUBMISSION_HELD, message).retryAfter(SOON);
            case ErasedException e -> new Problem(ProblemCode.ERASED, message);
            case WorkflowFailedException e ->
                new Problem(ProblemCode.WORKFLOW_FAILED, message).error(Failure.of(thrown));
            case WorkflowCancelledException e -> new Problem(ProblemCode.WORKFLOW_CANCELLED, message);
            case OverloadedException e -> new Problem(ProblemCode.OVERLOADED, message).retryAfter(e.retryAfter());
            case StoreUnavailableException e -> unavailable(e, message);
            case NotJoinedException e -> new Problem(ProblemCode.NODE_NOT_READY, message).retryAfter(SOON);
            case NotFoundException e -> new Problem(ProblemCode.NO_SUCH_PATH, "There is nothing at this path.");
            case DataReader.InsufficientDataAvailableException e ->
                new Problem(ProblemCode.MALFORMED_REQUEST, "The request ended before its body was complete.");
            case RequestException e -> ofStatus(e.status().code(), message);
            case HttpException e -> ofStatus(e.status().code(), message);
            default -> internal();
        };
    }

    /** The problem of what the server found out before there was a request to route. */
    public static Problem ofStatus(int status, String message) {
        // The first line only, as some messages carry a dump of the bytes; nothing of a log that nobody has.
        String first = message.lines().findFirst().orElse("");
        String detail = first.isEmpty() || first.contains("see server log") ? "It cannot be read." : first;
        return switch (status) {
            case 400 ->
                detail.startsWith("Header size exceeded")
                        ? new Problem(ProblemCode.HEADERS_TOO_LARGE, detail)
                        : new Problem(ProblemCode.MALFORMED_REQUEST, detail);
            case 404 -> new Problem(ProblemCode.NO_SUCH_PATH, "There is nothing at this path.");
            case 413 -> new Problem(ProblemCode.TOO_LARGE, "The body is too large.");
            case 414 -> new Problem(ProblemCode.URL_TOO_LONG, detail);
            case 415 -> new Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, detail);
            case 503 -> new Problem(ProblemCode.OVERLOADED, detail).retryAfter(SOON);
            case 505 -> new Problem(ProblemCode.HTTP_VERSION_NOT_SUPPORTED, detail);
            default -> internal();
        };
    }

    /** The problem of an id that is taken, where {@link #of} speaks of a key. */
    public static Problem idConflict(SubmissionConflictException e) {
        return new Problem(ProblemCode.ID_CONFLICT, String.valueOf(e.getMessage())).workflow(e.existingId());
    }

    /** The problem of a dead letter that is closed, where {@link #of} speaks of its workflow. */
    public static Problem letterClosed(ActionRefusedException e) {
        return refused(ProblemCode.DEAD_LETTER_CLOSED, e);
    }

    /** The problem of a workflow that has not ended, where {@link #of} speaks of a cancel. */
    public static Problem workflowOpen(ActionRefusedException e) {
        return refused(ProblemCode.WORKFLOW_OPEN, e);
    }

    private static Problem refused(ProblemCode code, ActionRefusedException e) {
        return new Problem(code, String.valueOf(e.getMessage()))
                .workflow(e.workflowId())
                .workflowStatus(e.status());
    }

    private static Problem internal() {
        return new Problem(ProblemCode.INTERNAL_ERROR, "The request could not be handled.");
    }

    private static Problem invalid(InvalidInputException e, String message) {
        Problem problem = new Problem(ProblemCode.INVALID_INPUT, message);
        return e.field().map(problem::field).orElse(problem);
    }

    private static Problem unavailable(StoreUnavailableException e, String message) {
        Problem problem = new Problem(ProblemCode.DATABASE_UNAVAILABLE, message).retryAfter(SOON);
        return e.workflowId().map(problem::workflow).orElse(problem);
    }
}
