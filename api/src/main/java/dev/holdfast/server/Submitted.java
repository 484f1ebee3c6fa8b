package dev.holdfast.server;

import dev.holdfast.Failure;
import dev.holdfast.HoldfastException;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.WorkflowStatus;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Answers submissions that are accepted. Nothing here may end in anything but 2xx: accepted means kept. */
final class Submitted {
    private final Waits waits;

    Submitted(Waits waits) {
        this.waits = waits;
    }

    void answer(ServerRequest request, ServerResponse response, SubmitRequest asked, WorkflowHandle<byte[]> handle) {
        response.header(HeaderNames.LOCATION, WorkflowView.path(handle.id()));
        Optional<Duration> wait = asked.waitUpTo();
        if (wait.isEmpty()) {
            accepted(request, response, handle.id(), asked.joins() ? status(handle) : WorkflowStatus.QUEUED);
            return;
        }
        response.header(Preference.APPLIED, "wait=" + wait.get().toSeconds());
        try {
            byte[] result = waits.answer(handle::result, wait.get());
            byte[] answer = Json.bytes(members(handle.id(), WorkflowStatus.COMPLETED), "result", result);
            Answers.json(request, response, Status.OK_200, answer);
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
     * Only asked where the submission may have joined, as it may read the store: what is new was QUEUED when it was
     * accepted, and so is said to be what the store does not say any more.
     */
    private static WorkflowStatus status(WorkflowHandle<byte[]> handle) {
        try {
            return handle.status();
        } catch (HoldfastException e) {
            return WorkflowStatus.QUEUED;
        }
    }

    private static void accepted(ServerRequest request, ServerResponse response, String id, WorkflowStatus status) {
        Answers.json(request, response, Status.ACCEPTED_202, Json.bytes(members(id, status)));
    }

    private static void ended(
            ServerRequest request, ServerResponse response, String id, WorkflowStatus status, RuntimeException e) {
        Map<String, Object> answer = members(id, status);
        answer.put("error", ErrorView.of(Failure.of(e)));
        Answers.ok(request, response, answer);
    }

    private static Map<String, Object> members(String id, WorkflowStatus status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("status", status);
        return members;
    }
}
