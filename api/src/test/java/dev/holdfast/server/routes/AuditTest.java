package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** {@code /v1/audit}: the rows of operator actions. */
class AuditTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    private List<JsonNode> items(TestClient client, String query) {
        return client.get("/v1/audit" + query)
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    @Test
    void hasRequestsAndOutcomes() {
        String letter = server.park("test.breaks");
        try (TestClient operator = server.client(Role.OPERATOR);
                TestClient admin = server.client(Role.ADMIN)) {
            operator.post(
                            "/v1/dead-letters/" + letter + "/retry?wait=20",
                            "{\"reason\":\"the bank is back\"}",
                            "Idempotency-Key",
                            "k1",
                            "X-Request-Id",
                            "call-42",
                            "traceparent",
                            "00-" + TRACE + "-00f067aa0ba902b7-01")
                    .assertStatus()
                    .isEqualTo(200);

            List<JsonNode> rows = items(admin, "?target=" + letter);

            assertThat(rows).hasSize(2);
            for (JsonNode row : rows) {
                assertThat(row.path("id")).isEqualTo(rows.getFirst().path("id"));
                assertThat(row.path("action").asString()).isEqualTo("RETRY");
                assertThat(row.path("target").asString()).isEqualTo(letter);
                assertThat(row.path("actor").asString()).isEqualTo("OPERATOR-key");
                assertThat(row.path("role").asString()).isEqualTo("OPERATOR");
                assertThat(row.path("route").asString()).isEqualTo("POST /v1/dead-letters/{id}/retry");
                assertThat(row.path("arguments").toString()).isEqualTo("{\"idempotencyKey\":\"k1\",\"wait\":\"20\"}");
                assertThat(row.path("reason").asString()).isEqualTo("the bank is back");
                assertThat(row.path("requestId").asString()).isEqualTo("call-42");
                assertThat(row.path("traceId").asString()).isEqualTo(TRACE);
            }
            assertThat(rows.getFirst().path("decided").asBoolean()).isTrue();
            assertThat(rows.getFirst().path("outcome").asString()).isEqualTo("APPLIED");
            assertThat(rows.getFirst().path("status").asString()).isEqualTo("QUEUED");
            assertThat(rows.getLast().path("decided").asBoolean()).isFalse();
            assertThat(rows.getLast().path("outcome").isNull()).isTrue();
        }
    }

    @Test
    void hasNothingOfWhatWentIn() {
        String secret = "{\"item\":\"sesame\",\"quantity\":3}";
        String workflow = server.run("test.parks", secret).text("id");
        server.post("/v1/workflows/" + workflow + "/terminate?wait=20", "{\"reason\":\"a test\"}")
                .assertStatus()
                .isEqualTo(200);
        server.post("/v1/workflows/" + workflow + "/cancel", "{\"reason\":1,\"item\":\"sesame\"}")
                .assertProblem(400, "INVALID_INPUT");

        assertThat(server.get("/v1/audit").body()).contains(workflow).doesNotContain("sesame");
    }

    @Test
    void hasTheRequestOfWhatHasNoBodyToo() {
        String workflow = server.run("test.order", ORDER).text("id");
        try (TestClient admin = server.client(Role.ADMIN)) {
            for (String path : new String[] {"/v1/workflows/" + workflow, "/v1/retention/test.order/FAILED"}) {
                admin.send(admin.request("/v1/retention/test.order/FAILED")
                                .header("Content-Type", "application/json")
                                .PUT(BodyPublishers.ofString("{\"keep\":\"P30D\",\"reason\":\"a test\"}")))
                        .assertStatus()
                        .isEqualTo(200);
                admin.send(admin.request(path + "?reason=a%20test").DELETE())
                        .assertStatus()
                        .isBetween(200, 202);
            }
            assertThat(items(admin, "").stream().map(row -> row.path("route").asString()))
                    .contains(
                            "DELETE /v1/workflows/{name}",
                            "PUT /v1/retention/{definition}/{status}",
                            "DELETE /v1/retention/{definition}/{status}");
            assertThat(items(admin, "?action=retain")
                            .getFirst()
                            .path("arguments")
                            .toString())
                    .isEqualTo("{\"definition\":\"test.order\",\"keep\":\"PT720H\",\"status\":\"FAILED\"}");
        }
    }

    /** Each route that acts, with a target that refuses, and one that does not exist. */
    @Test
    void hasWhatWasRefused() {
        String ended = server.run("test.order", ORDER).text("id");
        String open = server.post("/v1/workflows/test.waits", ORDER).text("id");
        String letter = server.park("test.parks");
        server.post("/v1/dead-letters/" + letter + "/discard?wait=20", "{\"reason\":\"a test\"}");
        String none = "00000000-0000-4000-8000-000000000000";
        refused(409, "WORKFLOW_ENDED", "/v1/workflows/" + ended + "/cancel", "CANCEL", ended);
        refused(409, "WORKFLOW_ENDED", "/v1/workflows/" + ended + "/terminate", "TERMINATE", ended);
        refused(409, "WORKFLOW_OPEN", "/v1/workflows/" + open + "/scrub", "SCRUB", open);
        refused(409, "WORKFLOW_OPEN", "/v1/workflows/" + open, "ERASE", open);
        refused(409, "DEAD_LETTER_CLOSED", "/v1/dead-letters/" + letter + "/retry", "RETRY", letter);
        refused(409, "DEAD_LETTER_CLOSED", "/v1/dead-letters/" + letter + "/discard", "DISCARD", letter);
        refused(404, "UNKNOWN_WORKFLOW", "/v1/workflows/nope/cancel", "CANCEL", "nope");
        refused(404, "UNKNOWN_WORKFLOW", "/v1/workflows/nope/terminate", "TERMINATE", "nope");
        refused(404, "UNKNOWN_WORKFLOW", "/v1/workflows/nope/scrub", "SCRUB", "nope");
        refused(404, "UNKNOWN_WORKFLOW", "/v1/workflows/nope", "ERASE", "nope");
        refused(404, "UNKNOWN_DEAD_LETTER", "/v1/dead-letters/nope/retry", "RETRY", "nope");
        refused(404, "UNKNOWN_DEAD_LETTER", "/v1/dead-letters/nope/discard", "DISCARD", "nope");
        refused(404, "UNKNOWN_RETENTION_RULE", "/v1/retention/orders/FAILED", "DROP_RETENTION", "orders FAILED");
        server.send(server.request("/v1/api-keys/" + none).DELETE()).assertProblem(404, "UNKNOWN_API_KEY");
    }

    /** A path of one of the actions by POST has its name at the end; the others are deletions. */
    private void refused(int status, String code, String path, String action, String target) {
        boolean posts = path.endsWith("/" + action.toLowerCase(Locale.ROOT));
        Response response = posts
                ? server.post(path, "{\"reason\":\"refused\"}")
                : server.send(server.request(path + "?reason=refused").DELETE());
        response.assertProblem(status, code);
        try (TestClient client = new TestClient(server::url)) {
            List<JsonNode> rows = items(client, "?action=" + action + "&target=" + target.replace(" ", "%20")).stream()
                    .filter(row -> row.path("reason").asString().equals("refused"))
                    .toList();
            assertThat(rows).as("rows of %s %s", action, target).hasSize(2);
            assertThat(rows.getFirst().path("outcome").asString()).isEqualTo("REFUSED");
            assertThat(rows.getFirst().path("requestId").asString())
                    .isEqualTo(response.header("X-Request-Id").orElseThrow());
        }
    }

    @Test
    void isListedByFilterAndPage() {
        for (int i = 0; i < 3; i++) {
            String workflow = server.run("test.parks", ORDER).text("id");
            server.post("/v1/workflows/" + workflow + "/terminate?wait=20", "{\"reason\":\"" + i + "\"}");
        }
        try (TestClient client = new TestClient(server::url)) {
            List<JsonNode> all = items(client, "");
            assertThat(all)
                    .hasSize(6)
                    .extracting(row -> row.path("reason").asString())
                    .startsWith("2", "2", "1");
            Response first = client.get("/v1/audit?limit=4");
            assertThat(first.json().path("items").valueStream().toList()).isEqualTo(all.subList(0, 4));
            assertThat(items(client, "?limit=4&cursor=" + first.text("next"))).isEqualTo(all.subList(4, 6));
            String at = all.get(2).path("at").asString();
            assertThat(items(client, "?after=" + at)).isEqualTo(all.subList(0, 3));
            assertThat(items(client, "?before=" + at)).isEqualTo(all.subList(3, 6));
            assertThat(items(client, "?actor=anonymous&action=terminate")).isEqualTo(all);
            assertThat(items(client, "?actor=ann")).isEmpty();
            assertThat(items(client, "?action=cancel")).isEmpty();
        }
    }

    @Test
    void rejectsUnsupportedQueries() {
        server.get("/v1/audit?colour=red").assertProblem(400, "UNKNOWN_PARAMETER");
        server.get("/v1/audit?limit=501").assertProblem(400, "INVALID_PARAMETER");
        server.get("/v1/audit?after=yesterday").assertProblem(400, "INVALID_PARAMETER");
        server.get("/v1/audit?cursor=x").assertProblem(400, "INVALID_INPUT");
        server.get("/v1/audit?actor=%00").assertProblem(400, "INVALID_INPUT");
        server.get("/v1/audit?target=").assertProblem(400, "INVALID_INPUT");
    }
}
