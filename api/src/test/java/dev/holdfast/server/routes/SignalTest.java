package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals: kept, sent once under a key, and refused before anything is written. */
class SignalTest {
    private static final String BY_ANN = "{\"by\":\"ann\"}";
    private static final int SIGNAL_MAX_BYTES = 256 << 10;

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String path(String workflow) {
        return "/v1/workflows/" + workflow + "/signals/approval";
    }

    private static List<String> states(String workflow) {
        return server.get("/v1/workflows/" + workflow + "/history")
                .json()
                .path("items")
                .findValuesAsString("state");
    }

    /** Asserts that no signal was sent before, so that the workflow takes this one. */
    private static void assertUntouched(String workflow) {
        server.post(path(workflow), BY_ANN).assertStatus().isEqualTo(202);
        assertThat(result(workflow).body()).isEqualTo(BY_ANN);
        assertThat(states(workflow)).containsOnlyOnce("received");
    }

    private static Response result(String workflow) {
        Response result = server.get("/v1/workflows/" + workflow + "/result?wait=20");
        result.assertStatus().isEqualTo(200);
        return result;
    }

    @Test
    void reachesTheWorkflowThatWaitsForIt() {
        String id = server.startAwaiting();

        Response sent = server.post(path(id), BY_ANN);

        sent.assertStatus().isEqualTo(202);
        assertThat(sent.body()).isEqualTo("{\"id\":\"" + id + "\",\"signal\":\"" + sent.text("signal") + "\"}");
        assertThat(result(id).body()).isEqualTo(BY_ANN);
        assertThat(server.get("/v1/workflows/" + id + "/history").body()).contains(sent.text("signal"));
    }

    @Test
    void isKeptUntilItIsAwaited() {
        try (ServerFixture other = ServerFixture.start()) {
            String id = other.startWaiting().text("id");
            other.post(path(id), BY_ANN).assertStatus().isEqualTo(202);
            Deadline.until(
                    () -> other.get("/v1/workflows/" + id + "/history").body(), body -> body.contains("received"));
            other.workflows.gate.countDown();
            Deadline.until(
                    () -> other.get("/v1/workflows/" + id + "/history").body(), body -> body.contains("undelivered"));
        }
    }

    @Test
    void isSentOnceUnderAKeyAlsoAfterTheEnd() {
        String id = server.startAwaiting();
        Response first = server.post(path(id), BY_ANN, "Idempotency-Key", "k1");
        first.assertStatus().isEqualTo(202);
        result(id);

        Response again = server.post(path(id), BY_ANN, "Idempotency-Key", "k1");

        again.assertStatus().isEqualTo(202);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(states(id)).containsOnlyOnce("received");
        server.post(path(id), BY_ANN, "Idempotency-Key", "k2").assertProblem(409, "WORKFLOW_ENDED");
        server.post("/v1/workflows/" + id + "/signals/other", BY_ANN, "Idempotency-Key", "k1")
                .assertProblem(409, "WORKFLOW_ENDED");
    }

    @Test
    void isADifferentOneWithoutAKey() {
        String id = server.startWaiting().text("id");

        assertThat(server.post(path(id), BY_ANN).text("signal"))
                .isNotEqualTo(server.post(path(id), BY_ANN).text("signal"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"test.order", "test.fails"})
    void isRejectedWithTheStatusOfWhatHasEnded(String type) {
        Response ended = server.run(type, ORDER);

        Response rejected = server.post(path(ended.text("id")), BY_ANN).assertProblem(409, "WORKFLOW_ENDED");

        assertThat(rejected.text("workflowStatus")).isEqualTo(ended.text("status"));
        assertThat(rejected.text("workflowId")).isEqualTo(ended.text("id"));
        assertThat(rejected.text("detail")).contains("takes no signal any more");
    }

    @Test
    void anEmptyBodyIsAnEmptyObject() {
        String id = server.startAwaiting();

        server.post(path(id), "").assertStatus().isEqualTo(202);

        assertThat(result(id).body()).isEqualTo("{\"by\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "{", "nul", "{}{}", "{'by':'ann'}", "null", " null\n", "{\"by\":1,\"by\":2}"})
    void isRejectedIfItIsNoJsonOrNull(String json) {
        String id = server.startAwaiting();

        server.post(path(id), json).assertProblem(400, "INVALID_INPUT");

        assertUntouched(id);
    }

    /** The field of such a problem is not the id of the workflow. */
    @Test
    void membersNamedIdAreNotMistakenForTheWorkflow() {
        String id = server.startAwaiting();

        server.post(path(id), "{\"id\":{\"a\":1,\"a\":2}}").assertProblem(400, "INVALID_INPUT");
        server.post(path(id), "{\"id\":1,\"id\":2}").assertProblem(400, "INVALID_INPUT");

        assertUntouched(id);
    }

    @Test
    void isRejectedOverItsLimit() {
        String id = server.startAwaiting();
        String longest = "\"" + "a".repeat(SIGNAL_MAX_BYTES - 2) + "\"";

        Response rejected =
                server.post(path(id), longest.replaceFirst("a", "aa")).assertProblem(413, "TOO_LARGE");
        assertThat(rejected.text("detail")).contains("the payload of the signal has 262145 bytes: the limit is 262144");
        server.post(path(id), "[".repeat(2 << 20)).assertProblem(413, "TOO_LARGE");
        server.post("/v1/workflows/" + id + "/signals/other", longest)
                .assertStatus()
                .isEqualTo(202);

        Deadline.until(() -> states(id), states -> states.contains("received"));
    }

    @ParameterizedTest
    @CsvSource({
        "nobody/signals/approval, 404, UNKNOWN_WORKFLOW",
        "h100000000000000000000000000000000/signals/approval, 404, UNKNOWN_WORKFLOW",
        "nobody/signals, 404, NO_SUCH_PATH",
        "nobody/signals/, 404, NO_SUCH_PATH",
        "nobody/signals/a/b, 404, NO_SUCH_PATH",
        "a%20b/signals/approval, 400, INVALID_PARAMETER",
    })
    void whatIsNotThereIsSaidToBeUnknown(String path, int status, String code) {
        server.post("/v1/workflows/" + path, BY_ANN).assertProblem(status, code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Approval", "a%20b", "a%00", "%C3%A9", "a:b", "@", "approval%0a"})
    void sillyNamesAreRejected(String name) {
        String id = server.startAwaiting();

        Response rejected = server.post("/v1/workflows/" + id + "/signals/" + name, BY_ANN)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("name");

        assertThat(rejected.text("detail")).contains("expected 1 to 100 characters of a-z 0-9 . _ -");
        assertUntouched(id);
    }

    @Test
    void namesHaveALimit() {
        String id = server.startAwaiting();
        String signals = "/v1/workflows/" + id + "/signals/";

        server.post(signals + "a".repeat(101), BY_ANN)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("name");
        server.post(signals + "a".repeat(100), BY_ANN).assertStatus().isEqualTo(202);
    }

    @Test
    void parametersAndKeysThatAreWrongAreNamed() {
        String id = server.startAwaiting();

        server.post(path(id) + "?wait=1", BY_ANN)
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("wait");
        for (String key : new String[] {"a b", "", "a,b", "a".repeat(201)}) {
            server.post(path(id), BY_ANN, "Idempotency-Key", key)
                    .assertProblem(400, "INVALID_PARAMETER")
                    .assertField("Idempotency-Key");
        }
        server.post(path(id), BY_ANN, "Idempotency-Key", "a", "Idempotency-Key", "b")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("Idempotency-Key");

        assertUntouched(id);
    }

    @Test
    void writesThatAreNoJsonAreRejected() {
        String id = server.startAwaiting();

        server.send(server.request(path(id)).POST(BodyPublishers.ofString(BY_ANN)))
                .assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        server.send(server.request(path(id)).POST(BodyPublishers.noBody()))
                .assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        assertThat(server.get(path(id)).assertProblem(405, "METHOD_NOT_ALLOWED").header("Allow"))
                .contains("POST");

        assertUntouched(id);
    }

    @Test
    void keysReachOnlyWhatTheyMay() {
        try (ServerFixture closed = ServerFixture.start();
                TestClient admin = closed.client(Role.ADMIN);
                TestClient viewer = closed.client(Role.VIEWER);
                TestClient within = closed.client(Role.SUBMITTER, "test.a");
                TestClient outside = closed.client(Role.SUBMITTER, "other.")) {
            String id = admin.post("/v1/workflows/test.approves", ORDER).text("id");

            viewer.post(path(id), BY_ANN).assertProblem(403, "FORBIDDEN");
            Response hidden = outside.post(path(id), BY_ANN).assertProblem(404, "UNKNOWN_WORKFLOW");
            Response none = outside.post(path("nobody"), BY_ANN).assertProblem(404, "UNKNOWN_WORKFLOW");
            assertThat(hidden.text("detail").replace(id, "nobody")).isEqualTo(none.text("detail"));
            within.post(path(id), BY_ANN, "Idempotency-Key", "k1")
                    .assertStatus()
                    .isEqualTo(202);
            within.get("/v1/workflows/" + id + "/result?wait=20").assertStatus().isEqualTo(200);
            within.post(path(id), BY_ANN, "Idempotency-Key", "k1")
                    .assertStatus()
                    .isEqualTo(202);
            outside.post(path(id), BY_ANN, "Idempotency-Key", "k1").assertProblem(404, "UNKNOWN_WORKFLOW");
        }
    }
}
