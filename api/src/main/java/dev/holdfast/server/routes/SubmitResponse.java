package dev.holdfast.server.routes;

import dev.holdfast.HoldfastException;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.http.ErrorView;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.PreferHeader;
import dev.holdfast.server.http.Responses;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Responds to accepted submissions, always with 2xx, because accepted means durable. Safe for all threads. */
final class SubmitResponse {
    private final Waits waits;

    SubmitResponse(Waits waits) {
        this.waits = waits;
    }

    void send(ServerRequest request, ServerResponse response, SubmitRequest submission, WorkflowHandle<byte[]> handle) {
        response.header(HeaderNames.LOCATION, WorkflowView.path(handle.id()));
        Optional<Duration> wait = submission.waitUpTo();
        if (wait.isEmpty()) {
            accepted(request, response, handle.id(), submission.joins() ? status(handle) : WorkflowStatus.QUEUED);
            return;
        }
        response.header(PreferHeader.APPLIED, "wait=" + wait.get().toSeconds());
        try {
            byte[] result = waits.await(handle::result, wait.get());
            byte[] body = JsonWriter.bytes(members(handle.id(), WorkflowStatus.COMPLETED), "result", result);
            Responses.json(request, response, Status.OK_200, body);
        } catch (WorkflowFailedException e) {
            ended(request, response, handle.id(), WorkflowStatus.FAILED, e);
        } catch (WorkflowCancelledException e) {
            ended(request, response, handle.id(), WorkflowStatus.CANCELLED, e);
        } catch (ResultNotReadyException e) {
            accepted(request, response, handle.id(), e.status());
        } catch (HoldfastException e) {
            accepted(request, response, handle.id(), WorkflowStatus.QUEUED);
        }
    }

    /**
     * Called only if the submission may have joined a workflow, because it may read the store. A new workflow was
     * QUEUED when it was accepted; so is the fallback if the store cannot be read.
     */
    private static WorkflowStatus status(WorkflowHandle<byte[]> handle) {
        try {
            return handle.status();
        } catch (HoldfastException e) {
            return WorkflowStatus.QUEUED;
        }
    }

    private static void accepted(ServerRequest request, ServerResponse response, String id, WorkflowStatus status) {
        Responses.json(request, response, Status.ACCEPTED_202, JsonWriter.bytes(members(id, status)));
    }

    private static void ended(
            ServerRequest request, ServerResponse response, String id, WorkflowStatus status, RuntimeException e) {
        Map<String, Object> body = members(id, status);
        body.put("error", ErrorView.of(Failure.of(e)));
        Responses.ok(request, response, body);
    }

    private static Map<String, Object> members(String id, WorkflowStatus status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("status", status);
        return members;
    }
}
