package dev.holdfast.server.http;

import java.util.Locale;

/**
 * All error codes of the HTTP API: the status, whether a retry of the same request may succeed, why, and what to do.
 */
public enum ProblemCode {
    MALFORMED_REQUEST(400, false, "The request is not valid HTTP/1.1.", "Send it with an HTTP client."),
    INVALID_PARAMETER(400, false, "A parameter or header has an invalid value.", "Correct the value of \"field\"."),
    UNKNOWN_PARAMETER(
            400,
            false,
            "Unknown parameters are rejected, so that none is ignored by mistake.",
            "Remove the parameter in \"field\"."),
    NOT_BUILT_YET(400, false, "This parameter is planned, but not built yet.", "Remove the parameter in \"field\"."),
    INVALID_INPUT(
            400,
            false,
            "The request is validated before anything is written, a workflow input against the type of its definition.",
            "Correct the request; \"field\" names the invalid member, if there is one."),
    UNAUTHENTICATED(
            401,
            false,
            "The installation has API keys, so every request needs one that is neither revoked nor expired.",
            "Send Authorization: Bearer with a key; an ADMIN creates one with `./holdfast keys create`."),
    FORBIDDEN(
            403,
            false,
            "The role or the scopes of the key do not allow this request.",
            "Use another key; GET /openapi and docs/security.md list the roles of all requests."),
    FOREIGN_HOST(
            403,
            false,
            "Without API keys only this machine has access, and the Host header names another one.",
            "Use http://127.0.0.1, http://localhost or http://[::1]."),
    FOREIGN_ORIGIN(
            403,
            false,
            "The request comes from a web page of another origin.",
            "Call from a program, or from a page of this server."),
    NO_SUCH_PATH(404, false, "No resource has this path.", "Check the path; GET /openapi lists all paths."),
    UNKNOWN_DEFINITION(
            404,
            false,
            "A node accepts only definitions that are registered on it.",
            "Check name and version with GET /v1/definitions, or start a node that registers the definition."),
    UNKNOWN_WORKFLOW(404, false, "No workflow has this id.", "Check the id; GET /v1/workflows lists the workflows."),
    UNKNOWN_DEAD_LETTER(
            404,
            false,
            "No dead letter has this id.",
            "Check the id; GET /v1/dead-letters lists the open dead letters."),
    UNKNOWN_CALLBACK(
            404,
            false,
            "No callback has this token, or its workflow has ended without an answer.",
            "Use the URL exactly as the workflow sent it; after the end of the workflow it is no longer valid."),
    METHOD_NOT_ALLOWED(405, false, "This path does not support this method.", "Use a method of the Allow header."),
    UNKNOWN_API_KEY(404, false, "No API key has this id.", "Check the id; GET /v1/api-keys lists the keys."),
    UNKNOWN_RETENTION_RULE(
            404,
            false,
            "No retention rule has exactly this definition and status.",
            "Check the rules with GET /v1/retention; \"*\" means any."),
    KEY_CONFLICT(
            409,
            false,
            "An idempotency key belongs to one input, and this key is taken by another input.",
            "Use a new key for new work, or send the same input to join the workflow."),
    ID_CONFLICT(
            409,
            false,
            "A workflow id belongs to one input of one definition, and this id is taken by another input.",
            "Use a new id for new work, or send the same input to join the workflow."),
    SUBMISSION_HELD(
            409,
            true,
            "An open transaction of another session uses this key or id, so what it stands for is not decided yet.",
            "Send the same request again after the time in Retry-After."),
    WORKFLOW_FAILED(
            409,
            false,
            "The workflow ended as FAILED, so it has no result.",
            "Read \"error\" and the history of the workflow."),
    WORKFLOW_CANCELLED(
            409, false, "The workflow ended as CANCELLED, so it has no result.", "Read the history of the workflow."),
    WORKFLOW_ENDED(
            409,
            false,
            "The workflow has ended, and an ended workflow never changes.",
            "Read its history; \"workflowStatus\" has its final status."),
    WORKFLOW_OPEN(
            409,
            false,
            "Only an ended workflow can be erased or scrubbed, and this one is open.",
            "Wait for its end, or terminate it first; \"workflowStatus\" has its status."),
    CANCEL_REFUSED(
            409,
            false,
            "The workflow is parked, and its code reached no step at which it could be cancelled.",
            "Terminate it, or discard its dead letter: neither runs its code."),
    PAUSE_REFUSED(
            409,
            false,
            "Only a workflow that is queued, runs or waits can be paused; this one is parked or compensates.",
            "Leave it: one that is parked runs nothing, and a compensation is better finished."),
    NOT_PAUSED(
            409,
            false,
            "Only a paused workflow can be resumed.",
            "Nothing is to be done; \"workflowStatus\" has its status."),
    STEP_IN_DOUBT(
            409,
            false,
            "The workflow is parked at a step that runs at most once and may have run: a retry could repeat its effect,"
                    + " and a cancel would leave it behind.",
            "Look for the effect under the idempotency key of the dead letter; then retry it with"
                    + " \"runAgainAnyway\":true, or discard it."),
    DEAD_LETTER_CLOSED(
            409,
            false,
            "A dead letter takes one action, and this one is already closed.",
            "Check the workflow in \"workflowId\"; if it is parked again, it has a new dead letter."),
    ERASED(
            410,
            false,
            "The workflow of this key or id was erased, and the key or id stays taken.",
            "Use a new key or id for new work."),
    TOO_MANY_API_KEYS(
            409, false, "Nodes load all API keys together, so their number is limited.", "Revoke unused keys."),
    TOO_LARGE(
            413,
            false,
            "The body is over the limit of this server.",
            "Store large data elsewhere and send a reference to it."),
    URL_TOO_LONG(414, false, "The request line is over the limit of this server.", "Send a shorter path and query."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            false,
            "Writes require a JSON content type, which also keeps out forms of foreign web pages.",
            "Send Content-Type: application/json, in UTF-8, without Content-Encoding."),
    OVERLOADED(
            429,
            true,
            "The request is over a limit of this node or of the API key; nothing was written.",
            "Send the same request again after the time in Retry-After."),
    HEADERS_TOO_LARGE(431, false, "The headers are over the limit of this server.", "Send fewer or shorter headers."),
    INTERNAL_ERROR(
            500,
            true,
            "An unexpected error; the log of the node has its stack trace under \"errorId\".",
            "Retry with the same key or id; if the error persists, report it with that log entry."),
    DATABASE_UNAVAILABLE(
            503,
            true,
            "The database does not respond.",
            "Send the same request again, with ?id= of \"workflowId\" if present: it joins an accepted workflow."),
    NODE_NOT_READY(
            503,
            true,
            "This node accepts no work: it is starting, waits for a former process, or fails a readiness check.",
            "Call another node, or retry here once GET /health/ready returns 200."),
    NOT_ADOPTED(
            503,
            true,
            "The database is a restored copy, and its original may still run the same workflows.",
            "Call a node of the original; or, if that is gone, have an ADMIN adopt the copy: `./holdfast adopt`."),
    HTTP_VERSION_NOT_SUPPORTED(
            505,
            false,
            "This server supports HTTP/1.1 only.",
            "Send the request as HTTP/1.1; nginx: proxy_http_version 1.1; HAProxy: http-check send ver HTTP/1.1.");

    public final int status;
    final boolean retryable;
    final String why;
    final String fix;

    ProblemCode(int status, boolean retryable, String why, String fix) {
        this.status = status;
        this.retryable = retryable;
        this.why = why;
        this.fix = fix;
    }

    /** The problem type of RFC 9457. */
    String type() {
        return "urn:holdfast:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The title of RFC 9457, the same for all problems of this code. */
    String title() {
        String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
