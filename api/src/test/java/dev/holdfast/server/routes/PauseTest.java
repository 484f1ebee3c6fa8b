package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pause and resume. */
class PauseTest {
    private static final String REASON = "{\"reason\":\"the bank is down\"}";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String status(String path) {
        return server.get(path).text("status");
    }

    @Test
    void pausesAndResumes() {
        String id = server.startAwaiting();
        String path = "/v1/workflows/" + id;

        Response paused = server.post(path + "/pause?wait=20", REASON);

        paused.assertStatus().isEqualTo(200);
        assertThat(paused.body()).isEqualTo("{\"id\":\"" + id + "\",\"status\":\"PAUSED\"}");
        assertThat(server.get(path).json().path("links").propertyNames())
                .containsExactly("self", "history", "result", "published", "events", "cancel", "terminate", "resume");
        server.get(path + "/result").assertStatus().isEqualTo(202);
        assertThat(server.get("/v1/workflows?status=PAUSED").body()).contains(id);
        server.post(path + "/signals/approval", ORDER).assertStatus().isEqualTo(202);
        Response resumed = server.post(path + "/resume?wait=20", "");
        assertThat(resumed.body()).isEqualTo("{\"id\":\"" + id + "\",\"status\":\"QUEUED\"}");
        Deadline.until(() -> status(path), status -> !status.equals("QUEUED") && !status.equals("PAUSED"));
        assertThat(server.get(path + "/history").body())
                .contains("\"name\":\"pause\"", "\"state\":\"PAUSED\"", "\"name\":\"resume\"");
    }

    @Test
    void isPendingWhileABodyRuns() {
        Response submitted = server.startWaiting();
        String path = "/v1/workflows/" + submitted.text("id");

        Response response = server.post(path + "/pause", REASON);

        response.assertStatus().isEqualTo(202);
        assertThat(response.text("status")).isEqualTo("PAUSE_REQUESTED");
    }

    @Test
    void isRejectedWithTheStateOfWhatCannotBePausedOrResumed() {
        String ended = "/v1/workflows/" + server.run("test.order", ORDER).text("id");
        String parked = "/v1/workflows/" + server.run("test.parks", ORDER).text("id");
        String waiting = "/v1/workflows/" + server.startAwaiting();

        server.post(ended + "/pause", REASON).assertProblem(409, "WORKFLOW_ENDED");
        server.post(ended + "/resume", REASON).assertProblem(409, "WORKFLOW_ENDED");
        Response refused = server.post(parked + "/pause?wait=20", REASON).assertProblem(409, "PAUSE_REFUSED");
        assertThat(refused.text("workflowStatus")).isEqualTo("DEAD_LETTERED");
        Response running = server.post(waiting + "/resume?wait=20", REASON).assertProblem(409, "NOT_PAUSED");
        assertThat(running.text("workflowStatus")).isEqualTo("WAITING");
        server.post("/v1/workflows/nobody/pause", REASON).assertProblem(404, "UNKNOWN_WORKFLOW");
    }
}
