package dev.holdfast.server.routes;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Holdfast;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Problems;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestTrace;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/workflows}: submit, list, show, history, result, cancel, terminate, pause, resume, erase, scrub. */
public final class WorkflowService implements HttpService {
    private static final Set<String> PAGED = Set.of("limit", "cursor");

    private final RunningEngine engine;
    private final VisibleWorkflows visible;
    private final RequestBodies bodies;
    private final SubmitResponse submitResponse;
    private final Waits waits;
    private final ActionResponses actions;
    private final Duration waitMax;

    public WorkflowService(
            RunningEngine engine, RequestBodies bodies, Waits waits, ActionResponses actions, Duration waitMax) {
        this.engine = engine;
        this.visible = new VisibleWorkflows(engine);
        this.bodies = bodies;
        this.submitResponse = new SubmitResponse(waits);
        this.waits = waits;
        this.actions = actions;
        this.waitMax = waitMax;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(WorkflowView.PATH).get(Role.VIEWER, this::list).register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}")
                .post(Role.SUBMITTER, this::submit)
                .get(Role.VIEWER, this::show)
                .delete(Role.ADMIN, this::erase)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/history")
                .get(Role.VIEWER, this::history)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/result")
                .get(Role.VIEWER, this::result)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/cancel")
                .post(Role.OPERATOR, this::cancel)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/terminate")
                .post(Role.OPERATOR, this::terminate)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/pause")
                .post(Role.OPERATOR, this::pause)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/resume")
                .post(Role.OPERATOR, this::resume)
                .register(rules);
        Endpoint.at(WorkflowView.PATH + "/{name}/scrub")
                .post(Role.ADMIN, this::scrub)
                .register(rules);
    }

    private static String name(ServerRequest request) {
        return request.path().pathParameters().get("name");
    }

    private static WorkflowHandle<byte[]> submit(Holdfast holdfast, SubmitRequest submission, byte[] body) {
        return submission.version().isEmpty()
                ? holdfast.submitJson(submission.type(), body, submission.submission())
                : holdfast.submitJson(
                        submission.type(), submission.version().orElseThrow(), body, submission.submission());
    }

    private void submit(ServerRequest request, ServerResponse response) {
        Caller.of(request).requireDefinition(name(request));
        SubmitRequest submission = SubmitRequest.of(request, name(request), waitMax);
        var holdfast = engine.require();
        try {
            WorkflowHandle<byte[]> handle = bodies.with(
                    request,
                    body -> RequestTrace.of(request)
                            .wrapSupplier(() -> submit(holdfast, submission, body))
                            .get());
            submitResponse.send(request, response, submission, handle);
        } catch (SubmissionConflictException e) {
            throw submission.submission().id().isPresent() ? new ProblemException(Problems.idConflict(e)) : e;
        }
    }

    private void list(ServerRequest request, ServerResponse response) {
        var filter = ListRequest.of(request);
        Caller.of(request).requireFilter(filter.type());
        Responses.ok(request, response, PageView.of(engine.require().admin().list(filter), WorkflowView::item));
    }

    private void show(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        String id = RequestValues.workflowId(name(request));
        var workflow = visible.require(request, id);
        Responses.ok(request, response, WorkflowView.single(workflow));
    }

    private void history(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), PAGED, Set.of());
        String id = RequestValues.workflowId(name(request));
        var cursor = query.text("cursor").map(RequestValues::cursor);
        int limit = ListRequest.limit(query);
        visible.requireScope(request, id);
        var page = VisibleWorkflows.orUnknown(
                id, () -> engine.require().admin().history(id, new PageRequest(limit, cursor)));
        Responses.ok(request, response, PageView.of(page, HistoryView::of));
    }

    private void result(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), Set.of("wait"), Set.of());
        String id = RequestValues.workflowId(name(request));
        Duration wait = query.waitUpTo(waitMax);
        visible.requireScope(request, id);
        WorkflowHandle<byte[]> handle =
                VisibleWorkflows.orUnknown(id, () -> engine.require().handle(id));
        try {
            Responses.json(request, response, Status.OK_200, resultOf(handle, wait));
        } catch (ResultNotReadyException e) {
            Responses.json(request, response, Status.ACCEPTED_202, JsonWriter.bytes(Map.of("status", e.status())));
        }
    }

    /** Checks without waiting first, so that an unknown workflow fails at once. */
    private byte[] resultOf(WorkflowHandle<byte[]> handle, Duration wait) {
        try {
            return handle.result(Duration.ZERO);
        } catch (ResultNotReadyException e) {
            if (wait.isZero()) {
                throw e;
            }
        }
        return waits.await(handle::result, wait);
    }

    private void cancel(ServerRequest request, ServerResponse response) {
        String id = RequestValues.workflowId(name(request));
        ActionRequest action = actions.withOptionalReason(request);
        visible.requireScope(request, id);
        var decided = VisibleWorkflows.orUnknown(id, () -> actions.perform(Admin::cancel, id, action));
        ActionResponses.respond(request, response, "CANCEL_REQUESTED", decided, ActionResponses.subject(id));
    }

    private void terminate(ServerRequest request, ServerResponse response) {
        String id = RequestValues.workflowId(name(request));
        ActionRequest action = actions.withReason(request);
        visible.requireScope(request, id);
        var decided = VisibleWorkflows.orUnknown(id, () -> actions.perform(Admin::terminate, id, action));
        ActionResponses.respond(request, response, "TERMINATE_REQUESTED", decided, ActionResponses.subject(id));
    }

    private void pause(ServerRequest request, ServerResponse response) {
        hold(request, response, Admin::pause, "PAUSE_REQUESTED", ProblemCode.PAUSE_REFUSED);
    }

    private void resume(ServerRequest request, ServerResponse response) {
        hold(request, response, Admin::resume, "RESUME_REQUESTED", ProblemCode.NOT_PAUSED);
    }

    /** {@code refused} is the problem with an open workflow. */
    private void hold(
            ServerRequest request,
            ServerResponse response,
            ActionResponses.Action action,
            String pending,
            ProblemCode refused) {
        String id = RequestValues.workflowId(name(request));
        ActionRequest parsed = actions.withOptionalReason(request);
        visible.requireScope(request, id);
        try {
            var decided = VisibleWorkflows.orUnknown(id, () -> actions.perform(action, id, parsed));
            ActionResponses.respond(request, response, pending, decided, ActionResponses.subject(id));
        } catch (ActionRefusedException e) {
            throw e.status().isFinal() ? e : new ProblemException(Problems.refused(refused, e));
        }
    }

    private void erase(ServerRequest request, ServerResponse response) {
        String id = RequestValues.workflowId(name(request));
        ActionRequest action = actions.withReasonParameter(request);
        var erased = removed(request, id, Admin::erase, action).map(status -> "ERASED");
        ActionResponses.respondWithOutcome(request, response, "ERASE_REQUESTED", erased, ActionResponses.subject(id));
    }

    private void scrub(ServerRequest request, ServerResponse response) {
        String id = RequestValues.workflowId(name(request));
        ActionRequest action = actions.withReason(request);
        var scrubbed = removed(request, id, Admin::scrub, action).map(status -> "SCRUBBED");
        ActionResponses.respondWithOutcome(request, response, "SCRUB_REQUESTED", scrubbed, ActionResponses.subject(id));
    }

    /** Erase and scrub are rejected for open workflows only: an ended workflow never reopens. */
    private Optional<WorkflowStatus> removed(
            ServerRequest request, String id, ActionResponses.Action action, ActionRequest parsed) {
        visible.requireScope(request, id);
        try {
            return VisibleWorkflows.orUnknown(id, () -> actions.perform(action, id, parsed));
        } catch (ActionRefusedException e) {
            throw new ProblemException(Problems.refused(ProblemCode.WORKFLOW_OPEN, e));
        }
    }
}
