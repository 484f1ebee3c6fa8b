package dev.holdfast.server.http;

import dev.holdfast.admin.Failure;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.StorableText;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An error response after RFC 9457. Immutable.
 *
 * @param detail what happened this time; at max 1,000 characters are kept
 * @param more members beside the standard ones
 * @param headers beside the content type
 */
public record Problem(ProblemCode code, String detail, Map<String, Object> more, Map<String, String> headers) {
    public static final String MEDIA_TYPE = "application/problem+json";
    private static final int DETAIL_MAX = 1_000;
    private static final int FIELD_MAX = 200;

    /** Details may repeat input: truncates them, and drops characters that JSON cannot carry. */
    public Problem {
        detail = StorableText.storable(detail, DETAIL_MAX);
    }

    public Problem(ProblemCode code, String detail) {
        this(code, detail, Map.of(), Map.of());
    }

    /** Adds the parameter, header or member that is wrong. */
    Problem field(String name) {
        return with("field", StorableText.storable(name, FIELD_MAX));
    }

    /** Adds the id of the workflow. */
    Problem workflow(String id) {
        return with("workflowId", id);
    }

    /** Adds the status of that workflow. */
    Problem workflowStatus(WorkflowStatus status) {
        return with("workflowStatus", status);
    }

    /** Adds the error of a failed workflow. */
    Problem error(Failure failure) {
        return with("error", ErrorView.of(failure));
    }

    /** Adds the id that the log line carries. */
    public Problem errorId(String id) {
        return with("errorId", id);
    }

    /** Adds all readiness checks, passed ones included. */
    public Problem checks(List<HealthCheck> checks) {
        return with("checks", checks);
    }

    /** Adds a Retry-After header, in whole seconds, at least 1. */
    public Problem retryAfter(Duration time) {
        long seconds = Math.max(1, time.plusMillis(999).toSeconds());
        return header("Retry-After", String.valueOf(seconds));
    }

    public Problem header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Problem(code, detail, more, all);
    }

    private Problem with(String member, Object value) {
        Map<String, Object> all = new LinkedHashMap<>(more);
        all.put(member, value);
        return new Problem(code, detail, all, headers);
    }

    /** Renders the body; {@code instance} is the path of the request, if known. */
    public byte[] json(Optional<String> instance) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", code.type());
        members.put("title", code.title());
        members.put("status", code.status);
        members.put("detail", detail);
        instance.ifPresent(path -> members.put("instance", path));
        members.put("code", code.name());
        members.put("retryable", code.retryable);
        members.put("why", code.why);
        members.put("fix", code.fix);
        members.putAll(more);
        return JsonWriter.bytes(members);
    }
}
