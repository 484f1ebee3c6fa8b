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

/** Takes requests for decisions, and answers them: 200 with what was decided, 202 while nothing is. */
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

    /** An action of {@link Admin} that the owner decides, such as {@code Admin::cancel}. */
    interface Act {
        Optional<WorkflowStatus> ask(Admin admin, String target, ActionOptions options, Duration wait);
    }

    /** What the request asks for; it may come without a reason. */
    ActionRequest optional(ServerRequest request) {
        return ActionRequest.of(request, bodies, waitMax, Optional.of(RequestValues.NO_REASON));
    }

    /** What the request asks for, with its reason. */
    ActionRequest required(ServerRequest request) {
        return ActionRequest.of(request, bodies, waitMax, Optional.empty());
    }

    /** What the request asks for, which has no body, with its reason. */
    ActionRequest inQuery(ServerRequest request) {
        return ActionRequest.ofQuery(request, waitMax);
    }

    /** What was decided, if it was within the wait of the request. Throws as the act does. */
    Optional<WorkflowStatus> ask(Act act, String target, ActionRequest asked) {
        Admin admin = engine.require().admin();
        return waits.answer(wait -> act.ask(admin, target, asked.options(), wait), asked.waitUpTo());
    }

    /** The members that say what it is about; more may be added. */
    static Map<String, Object> subject(String id) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        return members;
    }

    /** {@code requested} is the status while nothing is decided. */
    static void answer(
            ServerRequest request,
            ServerResponse response,
            String requested,
            Optional<WorkflowStatus> decided,
            Map<String, Object> subject) {
        said(request, response, requested, decided.map(WorkflowStatus::name), subject);
    }

    /** As above, of what has another name than the status of the workflow. */
    static void said(
            ServerRequest request,
            ServerResponse response,
            String requested,
            Optional<String> decided,
            Map<String, Object> subject) {
        subject.put("status", decided.orElse(requested));
        Status status = decided.isPresent() ? Status.OK_200 : Status.ACCEPTED_202;
        Responses.json(request, response, status, JsonWriter.bytes(subject));
    }
}
