package dev.holdfast.server.http;

import java.util.Locale;

/**
 * Everything that can go wrong over HTTP: the status, whether the same request may succeed later, why, and what to do.
 */
public enum ProblemCode {
    MALFORMED_REQUEST(400, false, "The request is not valid HTTP/1.1.", "Send it with an HTTP client."),
    INVALID_PARAMETER(
            400, false, "A parameter or header has a value that cannot be used.", "Correct the value of \"field\"."),
    UNKNOWN_PARAMETER(
            400, false, "Unknown parameters are refused, so that none is ignored by mistake.", "Leave \"field\" out."),
    NOT_BUILT_YET(400, false, "This parameter is planned, but not built yet.", "Leave \"field\" out."),
    INVALID_INPUT(
            400,
            false,
            "What comes in is checked before anything is written, an input against the type of its definition.",
            "Correct it; \"field\" names the member that is wrong, if it is one."),
    UNAUTHENTICATED(
            401,
            false,
            "There are API keys, so every request needs one that is neither revoked nor expired.",
            "Send Authorization: Bearer with a key; who has the role ADMIN makes one with `./holdfast keys create`."),
    FORBIDDEN(
            403,
            false,
            "The role and the scopes of a key say what its holder may do.",
            "Use another key; GET /openapi and docs/security.md say what needs which role."),
    FOREIGN_HOST(
            403,
            false,
            "Without API keys only this machine may ask, and the Host header does not name it.",
            "Use http://127.0.0.1, http://localhost or http://[::1]."),
    FOREIGN_ORIGIN(
            403,
            false,
            "The request comes from a web page of another origin.",
            "Call from a program, or from a page of this server."),
    NO_SUCH_PATH(404, false, "Nothing is served at this path.", "Check the path; GET /openapi has all of them."),
    UNKNOWN_DEFINITION(
            404,
            false,
            "Only definitions that are registered on this node can be submitted.",
            "Look at GET /v1/definitions, check name and version, or start a node that registers it."),
    UNKNOWN_WORKFLOW(
            404, false, "No workflow has this id.", "Check the id; GET /v1/workflows lists those that are there."),
    UNKNOWN_DEAD_LETTER(
            404, false, "No dead letter has this id.", "Check the id; GET /v1/dead-letters lists those that are open."),
    METHOD_NOT_ALLOWED(405, false, "This path does not serve this method.", "Use one of the Allow header."),
    UNKNOWN_API_KEY(404, false, "No API key has this id.", "Check the id; GET /v1/api-keys lists the keys."),
    UNKNOWN_RETENTION_RULE(
            404,
            false,
            "No rule is set for exactly this definition and status.",
            "Look at GET /v1/retention; \"*\" stands for any."),
    KEY_CONFLICT(
            409,
            false,
            "An idempotency key stands for one input, and this one is taken by another.",
            "Use another key for other work, or send the same input to join the workflow."),
    ID_CONFLICT(
            409,
            false,
            "A workflow id stands for one input of one definition, and this one is taken by another.",
            "Use another id for other work, or send the same to join the workflow."),
    SUBMISSION_HELD(
            409,
            true,
            "An open transaction of another session holds this key or id, so nobody can say yet whose it is.",
            "Send the same again in a moment."),
    WORKFLOW_FAILED(409, false, "The workflow ended as FAILED, so it has no result.", "Read its history."),
    WORKFLOW_CANCELLED(409, false, "The workflow ended as CANCELLED, so it has no result.", "Read its history."),
    WORKFLOW_ENDED(
            409,
            false,
            "The workflow has ended, and what has ended stays as it is.",
            "Read its history; \"workflowStatus\" says how it ended."),
    WORKFLOW_OPEN(
            409,
            false,
            "Only what has ended is erased or scrubbed, and this workflow goes on.",
            "Wait for its end, or terminate it first; \"workflowStatus\" says how it is."),
    CANCEL_REFUSED(
            409,
            false,
            "The workflow is parked, and its code came to no step at which it could be cancelled.",
            "Terminate it, or discard its dead letter: both run no code of it."),
    DEAD_LETTER_CLOSED(
            409,
            false,
            "A dead letter waits for one decision, and this one has had it.",
            "Look at the workflow of \"workflowId\"; if it is parked again, it has another dead letter."),
    ERASED(
            410,
            false,
            "The workflow of this key or id is gone, and nothing runs under it again.",
            "Use another key or id for new work."),
    TOO_MANY_API_KEYS(
            409, false, "All keys are looked at together, so there is a limit.", "Revoke those that nobody uses."),
    TOO_LARGE(
            413,
            false,
            "The body is over the limit of this server.",
            "Keep large data elsewhere and send a reference to it."),
    URL_TOO_LONG(414, false, "The request line is over the limit of this server.", "Send a shorter path and query."),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            false,
            "Writes take JSON, and say so, which also keeps forms of foreign web pages out.",
            "Send Content-Type: application/json, in UTF-8, without Content-Encoding."),
    OVERLOADED(
            429,
            true,
            "This node has more to do than its limits allow; nothing was written.",
            "Send the same again after the time in Retry-After."),
    HEADERS_TOO_LARGE(431, false, "The headers are over the limit of this server.", "Send fewer or shorter headers."),
    INTERNAL_ERROR(
            500,
            true,
            "Something failed that should not; the log of the node has it under \"errorId\".",
            "Try again with the same key or id; report the error id when it stays."),
    DATABASE_UNAVAILABLE(
            503,
            true,
            "The database does not answer.",
            "Send the same again, with ?id= of \"workflowId\" where there is one: it joins what was accepted."),
    NODE_NOT_READY(
            503,
            true,
            "This node takes no work: it is starting, waits for a former process of its name, or misses what it needs.",
            "Ask another node, or this one again when GET /health/ready says 200."),
    HTTP_VERSION_NOT_SUPPORTED(505, false, "This server speaks HTTP/1.1.", "Send the request as HTTP/1.1.");

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

    /** The name of the kind of problem, as RFC 9457 wants it. */
    String type() {
        return "urn:holdfast:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The same for all problems of this code, as RFC 9457 wants it. */
    String title() {
        String words = name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
