package dev.holdfast.server.routes;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Parses operator actions, performs them, and responds: 200 with the result, 202 while it is pending. Safe for all
 * threads.
 */
public final class ActionResponses {
    private final RunningEngine engine;
    private final RequestBodies bodies;
    private final Waits waits;
    private final Duration waitMax;

    public ActionResponses(RunningEngine engine, RequestBodies bodies, Waits waits, Duration waitMax) {
        this.engine = engine;
        this.bodies = bodies;
        this.waits = waits;
        this.waitMax = waitMax;
    }

    /** An action of {@link Admin} that the owner of the workflow applies, such as {@code Admin::cancel}. */
    interface Action {
        Optional<WorkflowStatus> perform(Admin admin, String target, ActionOptions options, Duration wait);
    }

    /** Parses the request; the reason is optional. */
    ActionRequest withOptionalReason(ServerRequest request) {
        return ActionRequest.of(request, bodies, ReasonBody.Form.REASON, waitMax, Optional.of(RequestValues.NO_REASON));
    }

    /** Parses the request; its body must have a reason. */
    ActionRequest withReason(ServerRequest request) {
        return ActionRequest.of(request, bodies, ReasonBody.Form.REASON, waitMax, Optional.empty());
    }

    /** Parses a retry; its body must have a reason. */
    ActionRequest retryWithReason(ServerRequest request) {
        return ActionRequest.of(request, bodies, ReasonBody.Form.RETRY, waitMax, Optional.empty());
    }

    /** Parses a request without a body; its query must have a reason. */
    ActionRequest withReasonParameter(ServerRequest request) {
        return ActionRequest.ofQuery(request, waitMax);
    }

    /** Returns the resulting status, or empty if the wait of the request ran out. Throws as the action does. */
    Optional<WorkflowStatus> perform(Action action, String target, ActionRequest request) {
        Admin admin = engine.require().admin();
        return waits.await(wait -> action.perform(admin, target, request.options(), wait), request.waitUpTo());
    }

    /** Members that identify the target of the action; the caller may add more. */
    static Map<String, Object> subject(String id) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        return members;
    }

    /** Responds with the status of the workflow, or with {@code requested} while the action is pending. */
    static void respond(
            ServerRequest request,
            ServerResponse response,
            String requested,
            Optional<WorkflowStatus> decided,
            Map<String, Object> subject) {
        respondWithOutcome(request, response, requested, decided.map(WorkflowStatus::name), subject);
    }

    /** As {@link #respond}, for an outcome that is no workflow status, such as ERASED. */
    static void respondWithOutcome(
            ServerRequest request,
            ServerResponse response,
            String requested,
            Optional<String> outcome,
            Map<String, Object> subject) {
        subject.put("status", outcome.orElse(requested));
        Status status = outcome.isPresent() ? Status.OK_200 : Status.ACCEPTED_202;
        Responses.json(request, response, status, JsonWriter.bytes(subject));
    }
}
