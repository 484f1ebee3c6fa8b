package dev.holdfast.server.http;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.ErasedException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.NotAdoptedException;
import dev.holdfast.OverloadedException;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownCallbackException;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.InvalidOptionException;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.HttpException;
import io.helidon.http.NotFoundException;
import io.helidon.http.RequestException;
import java.time.Duration;

/** The one table from exceptions to problems. Stateless. */
public final class Problems {
    private static final Duration SOON = Duration.ofSeconds(1);
    /** After a decision of a person. */
    private static final Duration LATER = Duration.ofSeconds(10);

    private Problems() {}

    /** Maps an exception; unexpected ones become INTERNAL_ERROR, which the caller must log. */
    public static Problem of(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return switch (thrown) {
            case ProblemException e -> e.problem();
            case InvalidInputException e -> invalid(e, message);
            case InvalidOptionException e -> new Problem(ProblemCode.INVALID_INPUT, message).field(e.option());
            case TooLargeException e -> new Problem(ProblemCode.TOO_LARGE, message);
            case UnknownDefinitionException e -> new Problem(ProblemCode.UNKNOWN_DEFINITION, message);
            case UnknownWorkflowException e -> new Problem(ProblemCode.UNKNOWN_WORKFLOW, message);
            case UnknownCallbackException e -> new Problem(ProblemCode.UNKNOWN_CALLBACK, message);
            case UnknownDeadLetterException e -> new Problem(ProblemCode.UNKNOWN_DEAD_LETTER, message);
            case StepInDoubtException e -> refused(ProblemCode.STEP_IN_DOUBT, e);
            case ActionRefusedException e ->
                refused(e.status().isFinal() ? ProblemCode.WORKFLOW_ENDED : ProblemCode.CANCEL_REFUSED, e);
            case WorkflowEndedException e ->
                new Problem(ProblemCode.WORKFLOW_ENDED, message)
                        .workflow(e.workflowId())
                        .workflowStatus(e.status());
            case SubmissionConflictException e ->
                new Problem(ProblemCode.KEY_CONFLICT, message).workflow(e.existingId());
            case SubmissionHeldException e -> new Problem(ProblemCode.SUBMISSION_HELD, message).retryAfter(SOON);
            case ErasedException e -> new Problem(ProblemCode.ERASED, message);
            case WorkflowFailedException e ->
                new Problem(ProblemCode.WORKFLOW_FAILED, message).error(Failure.of(thrown));
            case WorkflowCancelledException e -> new Problem(ProblemCode.WORKFLOW_CANCELLED, message);
            case OverloadedException e -> new Problem(ProblemCode.OVERLOADED, message).retryAfter(e.retryAfter());
            case StoreUnavailableException e -> unavailable(e, message);
            case NotAdoptedException e -> new Problem(ProblemCode.NOT_ADOPTED, message).retryAfter(LATER);
            case NotJoinedException e -> new Problem(ProblemCode.NODE_NOT_READY, message).retryAfter(SOON);
            case NotFoundException e -> new Problem(ProblemCode.NO_SUCH_PATH, "No resource has this path.");
            case DataReader.InsufficientDataAvailableException e ->
                new Problem(ProblemCode.MALFORMED_REQUEST, "The request ended before its body was complete.");
            case RequestException e -> ofStatus(e.status().code(), message);
            case HttpException e -> ofStatus(e.status().code(), message);
            default -> internal();
        };
    }

    /** Maps a status with which Helidon rejected a request before routing. */
    public static Problem ofStatus(int status, String message) {
        // The first line only: some messages carry a dump of the bytes, or refer to a log that the caller cannot read.
        String first = message.lines().findFirst().orElse("");
        String detail = first.isEmpty() || first.contains("see server log") ? "The request cannot be parsed." : first;
        return switch (status) {
            case 400 ->
                detail.startsWith("Header size exceeded")
                        ? new Problem(ProblemCode.HEADERS_TOO_LARGE, detail)
                        : new Problem(ProblemCode.MALFORMED_REQUEST, detail);
            case 404 -> new Problem(ProblemCode.NO_SUCH_PATH, "No resource has this path.");
            case 413 -> new Problem(ProblemCode.TOO_LARGE, "The body is too large.");
            case 414 -> new Problem(ProblemCode.URL_TOO_LONG, detail);
            case 415 -> new Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, detail);
            case 503 -> new Problem(ProblemCode.OVERLOADED, detail).retryAfter(SOON);
            case 505 -> new Problem(ProblemCode.HTTP_VERSION_NOT_SUPPORTED, detail);
            default -> internal();
        };
    }

    /** For a workflow id that is taken; {@link #of} assumes an idempotency key. */
    public static Problem idConflict(SubmissionConflictException e) {
        return new Problem(ProblemCode.ID_CONFLICT, String.valueOf(e.getMessage())).workflow(e.existingId());
    }

    /** For a refused action; {@link #of} assumes a cancel, or that the workflow has ended. */
    public static Problem refused(ProblemCode code, ActionRefusedException e) {
        return new Problem(code, String.valueOf(e.getMessage()))
                .workflow(e.workflowId())
                .workflowStatus(e.status());
    }

    private static Problem internal() {
        return new Problem(ProblemCode.INTERNAL_ERROR, "The request failed with an unexpected error.");
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
