package dev.holdfast.server.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.MemoryStore;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Retry and discard of dead letters, which close them. */
class LetterActionTest {
    private static final String PATH = "/v1/dead-letters";
    private static final String REASON = "{\"reason\":\"mended\"}";

    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    private String workflowOf(String letter) {
        return server.get(PATH + "/" + letter).text("workflowId");
    }

    @Test
    void retryGoesOnAtTheStep() {
        String letter = server.park("test.breaks");
        String workflow = workflowOf(letter);

        Response response = server.post(PATH + "/" + letter + "/retry?wait=20", REASON);

        response.assertStatus().isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"id\":\"" + letter + "\",\"workflowId\":\"" + workflow + "\",\"status\":\"QUEUED\"}");
        assertThat(server.get("/v1/workflows/" + workflow + "/result?wait=20").body())
                .isEqualTo("{\"item\":\"book\",\"total\":6}");
        assertThat(server.get(PATH).json().path("items").size()).isZero();
    }

    @Test
    void aDoubtNeedsAnExplicitYes() {
        String letter = server.park("test.doubts");
        String workflow = workflowOf(letter);
        String retry = PATH + "/" + letter + "/retry?wait=20";
        assertThat(server.get(PATH + "/" + letter).text("cause")).isEqualTo("IN_DOUBT");

        Response refused = server.post(retry, REASON).assertProblem(409, "STEP_IN_DOUBT");
        assertThat(refused.text("fix")).contains("runAgainAnyway");
        assertThat(refused.text("workflowStatus")).isEqualTo("DEAD_LETTERED");
        server.post(retry, "{\"reason\":\"mended\",\"runAgainAnyway\":false}").assertProblem(409, "STEP_IN_DOUBT");
        server.post("/v1/workflows/" + workflow + "/cancel?wait=20", REASON).assertProblem(409, "STEP_IN_DOUBT");
        server.post(retry, "{\"reason\":\"mended\",\"runAgainAnyway\":\"yes\"}").assertProblem(400, "INVALID_INPUT");
        server.post(retry, "{\"runAgainAnyway\":true}").assertProblem(400, "INVALID_INPUT");
        server.post(retry.replace("retry", "discard"), "{\"reason\":\"mended\",\"runAgainAnyway\":true}")
                .assertProblem(400, "INVALID_INPUT");

        Response applied = server.post(retry, "{\"reason\":\"looked\",\"runAgainAnyway\":true}");
        assertThat(applied.body())
                .isEqualTo("{\"id\":\"" + letter + "\",\"workflowId\":\"" + workflow + "\",\"status\":\"QUEUED\"}");
        assertThat(server.get("/v1/workflows/" + workflow + "/result?wait=20").body())
                .isEqualTo("{\"item\":\"book\",\"total\":6}");
        assertThat(server.get("/v1/workflows/" + workflow + "/history")
                        .json()
                        .path("items")
                        .valueStream()
                        .map(item -> item.path("name").asString() + " "
                                + item.path("state").asString() + " "
                                + item.path("attempt").asInt()))
                .containsExactly(
                        "pay in-doubt 1",
                        "dead-letter IN_DOUBT 0",
                        "run-again RETRIED 0",
                        "pay succeeded 2",
                        "end COMPLETED 0");
        assertThat(server.get("/v1/audit?action=run_again")
                        .json()
                        .path("items")
                        .valueStream()
                        .filter(row -> !row.path("decided").asBoolean())
                        .map(row -> row.path("arguments").path("runAgainAnyway").asString()))
                .containsExactly("true");
    }

    @Test
    void discardEndsItAsFailed() {
        String letter = server.park("test.parks");
        String workflow = workflowOf(letter);

        Response response = server.post(PATH + "/" + letter + "/discard?wait=20", REASON);

        assertThat(response.body())
                .isEqualTo("{\"id\":\"" + letter + "\",\"workflowId\":\"" + workflow + "\",\"status\":\"FAILED\"}");
        server.get("/v1/workflows/" + workflow + "/result").assertProblem(409, "WORKFLOW_FAILED");
    }

    @Test
    void isRejectedWithTheStateOnceItIsClosed() {
        String letter = server.park("test.parks");
        String workflow = workflowOf(letter);
        server.post(PATH + "/" + letter + "/retry?wait=20", REASON)
                .assertStatus()
                .isEqualTo(200);
        Deadline.until(() -> server.deadLetterOf(workflow), now -> !now.equals(letter) && !now.isEmpty());

        for (String act : new String[] {"retry", "discard"}) {
            Response rejected =
                    server.post(PATH + "/" + letter + "/" + act, REASON).assertProblem(409, "DEAD_LETTER_CLOSED");
            assertThat(rejected.text("workflowStatus")).isEqualTo("DEAD_LETTERED");
            assertThat(rejected.text("workflowId")).isEqualTo(workflow);
        }
        server.post(PATH + "/" + server.deadLetterOf(workflow) + "/discard?wait=20", REASON)
                .assertStatus()
                .isEqualTo(200);
        assertThat(server.post(PATH + "/" + letter + "/retry", REASON).text("workflowStatus"))
                .isEqualTo("FAILED");
    }

    @Test
    void repeatsTheResponseUnderAKey() {
        String retry = PATH + "/" + server.park("test.breaks") + "/retry?wait=20";
        Response first = server.post(retry, REASON, "Idempotency-Key", "k1");
        first.assertStatus().isEqualTo(200);

        assertThat(server.post(retry, REASON, "Idempotency-Key", "k1").body()).isEqualTo(first.body());
        server.post(retry, REASON, "Idempotency-Key", "k2").assertProblem(409, "DEAD_LETTER_CLOSED");
        server.post(retry.replace("retry", "discard"), REASON, "Idempotency-Key", "k1")
                .assertProblem(409, "DEAD_LETTER_CLOSED");
    }

    @Test
    void oneOfTwoThatRaceIsApplied() {
        for (int round = 0; round < 20; round++) {
            String letter = server.park("test.breaks");
            String workflow = workflowOf(letter);
            String retry = PATH + "/" + letter + "/retry?wait=20";
            CompletableFuture<Response> other = CompletableFuture.supplyAsync(() -> server.post(retry, REASON));
            List<Response> responses = List.of(server.post(retry, REASON), other.join());

            assertThat(responses).extracting(Response::status).containsExactlyInAnyOrder(200, 409);
            responses.stream()
                    .filter(response -> response.status() == 409)
                    .forEach(rejected -> rejected.assertProblem(409, "DEAD_LETTER_CLOSED"));
            server.get("/v1/workflows/" + workflow + "/result?wait=20")
                    .assertStatus()
                    .isEqualTo(200);
            assertThat(server.get("/v1/workflows/" + workflow + "/history")
                            .json()
                            .path("items")
                            .valueStream()
                            .map(item -> item.path("name").asString()))
                    .containsExactly("break-once", "dead-letter", "retry", "break-once", "end");
        }
    }

    @Test
    void respondsAcceptedWhileTheActionIsPending() throws InterruptedException {
        String letter = server.park("test.parks");
        String workflow = workflowOf(letter);
        try (MemoryStore owner = new MemoryStore(server.database)) {
            owner.join(new DeafNode(), DeafNode.DEFINITIONS);
            for (String act : new String[] {"retry", "discard"}) {
                for (String wait : new String[] {"", "?wait=1"}) {
                    Response response = server.post(PATH + "/" + letter + "/" + act + wait, REASON);

                    response.assertStatus().isEqualTo(202);
                    assertThat(response.body())
                            .isEqualTo("{\"id\":\"" + letter + "\",\"workflowId\":\"" + workflow + "\",\"status\":\""
                                    + act.toUpperCase(Locale.ROOT) + "_REQUESTED\"}");
                }
            }
        }
    }
}
