package dev.holdfast.server.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The export of a history: what it has, and who gets it. */
@Timeout(60)
class ExportTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String path(String id) {
        return "/v1/workflows/" + id + "/export";
    }

    private static List<JsonNode> lines(Response response) {
        return response.body().lines().map(JsonMapper.shared()::readTree).toList();
    }

    @Test
    void hasTheInputAndEveryRecord() {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");
        Response response = server.get(path(id));

        response.assertStatus().isEqualTo(200);
        assertThat(response.header("Content-Type")).contains("application/jsonl");
        List<JsonNode> lines = lines(response);
        assertThat(lines.getFirst().path("id").asString()).isEqualTo(id);
        assertThat(lines.getFirst().path("definition").asString()).isEqualTo("test.order");
        assertThat(lines.getFirst().path("input")).isEqualTo(JsonMapper.shared().readTree(ServerFixture.ORDER));
        assertThat(lines.get(1).path("event").path("kind").asString()).isEqualTo("intent");
        assertThat(lines.getLast().path("records").asInt()).isEqualTo(lines.size() - 2);
    }

    @Test
    void hasNoTokenOfACallback() {
        String id = server.post("/v1/workflows/test.calls", ServerFixture.ORDER).text("id");
        String history = Deadline.until(() -> server.get(path(id)).body(), body -> body.contains("\"callback\""));
        assertThat(history)
                .contains("/v1/callbacks/not-exported")
                .doesNotContainPattern("callbacks/[A-Za-z0-9_-]{20,}");
    }

    @Test
    void anUnknownWorkflowAndParameterAreProblems() {
        server.get(path("nope")).assertProblem(404, "UNKNOWN_WORKFLOW");
        String id = server.run("test.order", ServerFixture.ORDER).text("id");
        server.get(path(id) + "?limit=3").assertStatus().isEqualTo(400);
    }

    @Test
    void needsAnOperatorOfItsScope() {
        try (ServerFixture own = ServerFixture.start();
                TestClient admin = own.client(Role.ADMIN);
                TestClient submitter = own.client(Role.SUBMITTER);
                TestClient operator = own.client(Role.OPERATOR, "test.or");
                TestClient foreign = own.client(Role.OPERATOR, "orders")) {
            String id =
                    admin.post("/v1/workflows/test.order", ServerFixture.ORDER).text("id");
            submitter.get(path(id)).assertProblem(403, "FORBIDDEN");
            foreign.get(path(id)).assertProblem(404, "UNKNOWN_WORKFLOW");
            operator.get(path(id)).assertStatus().isEqualTo(200);
        }
    }
}
