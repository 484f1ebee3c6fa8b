package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancel and terminate. */
class CancelTest {
    private static final String REASON = "{\"reason\":\"ordered twice\"}";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String path(Response submitted) {
        return "/v1/workflows/" + submitted.text("id");
    }

    private static void awaitCancelled(String path) {
        Deadline.until(() -> server.get(path).text("status"), "CANCELLED"::equals);
    }

    @Test
    void respondsWithTheOutcome() {
        Response submitted = server.run("test.parks", ORDER);

        Response response = server.post(path(submitted) + "/cancel?wait=20", REASON);

        response.assertStatus().isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"id\":\"" + submitted.text("id") + "\",\"status\":\"COMPENSATING\"}");
        awaitCancelled(path(submitted));
        server.get(path(submitted) + "/result").assertProblem(409, "WORKFLOW_CANCELLED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?wait=0", "?wait=1"})
    void respondsAcceptedWhileTheActionIsPending(String query) {
        try (ServerFixture other = ServerFixture.start()) {
            String path = path(other.startWaiting());

            Response response = other.post(path + "/cancel" + query, REASON);

            response.assertStatus().isEqualTo(202);
            assertThat(response.text("status")).isEqualTo("CANCEL_REQUESTED");
            assertThat(other.get(path).text("status")).isEqualTo("RUNNING");
        }
    }

    @Test
    void terminatesWhatNoCancelReaches() {
        Response submitted = server.startWaiting();
        server.post(path(submitted) + "/cancel", "").assertStatus().isEqualTo(202);

        Response response = server.post(path(submitted) + "/terminate?wait=20", REASON);

        response.assertStatus().isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"id\":\"" + submitted.text("id") + "\",\"status\":\"CANCELLED\"}");
        assertThat(server.get(path(submitted)).text("status")).isEqualTo("CANCELLED");
        assertThat(server.get(path(submitted) + "/history").body()).contains("\"name\":\"terminate\"");
    }

    @Test
    void isRejectedWithTheStateOfWhatHasEnded() {
        for (String type : new String[] {"test.order", "test.fails"}) {
            Response ended = server.run(type, ORDER);
            for (String act : new String[] {"/cancel", "/terminate"}) {
                Response rejected = server.post(path(ended) + act, REASON).assertProblem(409, "WORKFLOW_ENDED");

                assertThat(rejected.text("workflowStatus")).isEqualTo(ended.text("status"));
                assertThat(rejected.text("workflowId")).isEqualTo(ended.text("id"));
                assertThat(rejected.text("detail")).contains("it has ended");
            }
        }
    }

    @Test
    void isRejectedIfTheCodeReachesNoStep() {
        Response parked = server.run("test.bug", ORDER);

        Response rejected =
                server.post(path(parked) + "/cancel?wait=20", REASON).assertProblem(409, "CANCEL_REFUSED");

        assertThat(rejected.text("workflowStatus")).isEqualTo("DEAD_LETTERED");
        server.post(path(parked) + "/terminate?wait=20", REASON).assertStatus().isEqualTo(200);
    }

    @Test
    void repeatsTheResponseUnderAKey() {
        String path = path(server.run("test.parks", ORDER));
        Response first = server.post(path + "/cancel?wait=20", REASON, "Idempotency-Key", "k1");
        first.assertStatus().isEqualTo(200);
        awaitCancelled(path);

        assertThat(server.post(path + "/cancel?wait=20", "", "Idempotency-Key", "k1")
                        .body())
                .isEqualTo(first.body());
        server.post(path + "/cancel?wait=20", REASON, "Idempotency-Key", "k2").assertProblem(409, "WORKFLOW_ENDED");
        server.post(path + "/terminate", REASON, "Idempotency-Key", "k1").assertProblem(409, "WORKFLOW_ENDED");
    }

    @Test
    void repeatsTheResponseOfARejectedRequest() {
        String path = path(server.run("test.bug", ORDER)) + "/cancel?wait=20";
        Response first = server.post(path, REASON, "Idempotency-Key", "k1").assertProblem(409, "CANCEL_REFUSED");

        assertThat(server.post(path, REASON, "Idempotency-Key", "k1").body()).isEqualTo(first.body());
    }
}
