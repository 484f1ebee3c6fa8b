package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** One workflow: itself, its history, its result. */
class WorkflowTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String path(Response submitted) {
        return "/v1/workflows/" + submitted.text("id");
    }

    @Test
    void showsTheMembersOfTheContract() {
        Response response = server.get(path(server.run("test.order?label.tenant=acme", ORDER)));

        response.assertStatus().isEqualTo(200);
        JsonNode workflow = response.json();
        assertThat(workflow.propertyNames())
                .containsExactly(
                        "id",
                        "type",
                        "version",
                        "status",
                        "queue",
                        "labels",
                        "createdAt",
                        "startedAt",
                        "updatedAt",
                        "finishedAt",
                        "owner",
                        "attempt",
                        "waitingFor",
                        "lastError",
                        "deadLetter",
                        "deadline",
                        "parent",
                        "startedBy",
                        "waits",
                        "links");
        assertThat(workflow.path("type").asString()).isEqualTo("test.order");
        assertThat(workflow.path("version").asInt()).isEqualTo(2);
        assertThat(workflow.path("status").asString()).isEqualTo("COMPLETED");
        assertThat(workflow.path("queue").asString()).isEqualTo("default");
        assertThat(workflow.path("labels")).hasToString("{\"tenant\":\"acme\"}");
        assertThat(workflow.path("waitingFor").isNull()).isTrue();
        assertThat(workflow.path("lastError").isNull()).isTrue();
        assertThat(workflow.path("deadLetter").isNull()).isTrue();
        assertThat(Instant.parse(workflow.path("createdAt").asString()))
                .isBeforeOrEqualTo(Instant.parse(workflow.path("finishedAt").asString()));
        for (JsonNode link : workflow.path("links")) {
            server.get(link.asString()).assertStatus().isEqualTo(200);
        }
    }

    @Test
    void showsTheErrorAndDeadLetterOfAParkedWorkflow() {
        JsonNode workflow = server.get(path(server.run("test.parks", ORDER))).json();

        assertThat(workflow.path("status").asString()).isEqualTo("DEAD_LETTERED");
        assertThat(workflow.path("attempt").asInt()).isEqualTo(1);
        assertThat(workflow.path("lastError"))
                .hasToString("{\"class\":\"java.lang.IllegalStateException\",\"message\":\"broken\"}");
        assertThat(workflow.path("deadLetter").isNull()).isFalse();
    }

    @Test
    void linksToWhatCanBeDoneNow() {
        JsonNode open = server.get(path(server.post("/v1/workflows/test.waits", ORDER)))
                .json()
                .path("links");
        JsonNode parked =
                server.get(path(server.run("test.parks", ORDER))).json().path("links");
        JsonNode ended =
                server.get(path(server.run("test.fails", ORDER))).json().path("links");

        assertThat(open.propertyNames())
                .containsExactly("self", "history", "result", "published", "events", "cancel", "terminate", "pause");
        assertThat(open.path("cancel").asString()).isEqualTo(open.path("self").asString() + "/cancel");
        assertThat(parked.propertyNames())
                .containsExactly(
                        "self", "history", "result", "published", "events", "cancel", "terminate", "deadLetter");
        server.get(parked.path("deadLetter").asString()).assertStatus().isEqualTo(200);
        assertThat(ended.propertyNames()).containsExactly("self", "history", "result", "published", "events");
        for (String read : List.of("history", "published", "events")) {
            server.get(ended.path(read).asString()).assertStatus().isEqualTo(200);
        }
    }

    @Test
    void showsTheHistoryInOrderAndInPages() {
        String path = path(server.run("test.order", ORDER)) + "/history";
        JsonNode items = server.get(path).json().path("items");

        assertThat(items.size()).isEqualTo(2);
        JsonNode step = items.path(0);
        assertThat(step.propertyNames())
                .containsExactly(
                        "seq",
                        "position",
                        "branch",
                        "kind",
                        "name",
                        "state",
                        "attempt",
                        "idempotencyKey",
                        "startedAt",
                        "endedAt",
                        "error");
        assertThat(step.path("position").asInt()).isZero();
        assertThat(step.path("kind").asString()).isEqualTo("step");
        assertThat(step.path("name").asString()).isEqualTo("price");
        assertThat(step.path("state").asString()).isEqualTo("succeeded");
        assertThat(items.path(1).path("kind").asString()).isEqualTo("decision");
        assertThat(items.path(1).path("position").isNull()).isTrue();

        List<String> paged = new ArrayList<>();
        JsonNode page = server.get(path + "?limit=1").json();
        page.path("items").forEach(item -> paged.add(item.toString()));
        page = server.get(path + "?limit=1&cursor=" + page.path("next").asString())
                .json();
        page.path("items").forEach(item -> paged.add(item.toString()));
        assertThat(page.path("next").isNull()).isTrue();
        assertThat(paged)
                .containsExactly(items.path(0).toString(), items.path(1).toString());

        server.get(path + "?cursor=x").assertStatus().isEqualTo(400);
        server.get(path + "?limit=0").assertProblem(400, "INVALID_PARAMETER").assertField("limit");
        server.get(path + "?wait=1").assertProblem(400, "UNKNOWN_PARAMETER").assertField("wait");
    }

    @Test
    void givesTheBareResult() {
        Response response = server.get(path(server.run("test.order", ORDER)) + "/result");

        response.assertStatus().isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"item\":\"book\",\"total\":6}");
        assertThat(response.header("Content-Type")).contains("application/json");
    }

    @Test
    void reportsAPendingResult() {
        String running = path(server.post("/v1/workflows/test.waits", ORDER)) + "/result";
        String parked = path(server.run("test.parks", ORDER)) + "/result?wait=60";

        Response notYet = server.get(running);
        notYet.assertStatus().isEqualTo(202);
        assertThat(notYet.body()).isEqualTo("{\"status\":\"RUNNING\"}");
        assertThat(server.get(running + "?wait=0").status()).isEqualTo(202);
        assertThat(server.get(parked).body()).isEqualTo("{\"status\":\"DEAD_LETTERED\"}");
    }

    @Test
    void waitsForTheResult() {
        try (ServerFixture other = ServerFixture.start()) {
            Response submitted = other.post("/v1/workflows/test.waits", ORDER);
            other.workflows.gate.countDown();

            Response response = other.get(path(submitted) + "/result?wait=30");

            response.assertStatus().isEqualTo(200);
            assertThat(response.body()).isEqualTo("{\"item\":\"book\",\"total\":3}");
        }
    }

    @Test
    void explainsAMissingResult() {
        Response response = server.get(path(server.run("test.fails", ORDER)) + "/result");

        response.assertProblem(409, "WORKFLOW_FAILED");
        assertThat(response.text("detail")).isEqualTo("no book left");
        assertThat(response.json().path("error").path("message").asString()).isEqualTo("no book left");
    }

    @Test
    void rejectsOtherWaits() {
        String path = path(server.run("test.order", ORDER)) + "/result";

        server.get(path + "?wait=61").assertProblem(400, "INVALID_PARAMETER").assertField("wait");
        server.get(path + "?wait=x").assertProblem(400, "INVALID_PARAMETER").assertField("wait");
        server.get(path + "?limit=1").assertProblem(400, "UNKNOWN_PARAMETER").assertField("limit");
    }

    @Test
    void knowsNoWorkflowThatWasNeverAccepted() {
        for (String rest : List.of("", "/history", "/result", "/result?wait=60")) {
            server.get("/v1/workflows/nobody" + rest).assertProblem(404, "UNKNOWN_WORKFLOW");
            server.get("/v1/workflows/h1" + "0".repeat(32) + rest).assertProblem(404, "UNKNOWN_WORKFLOW");
            server.get("/v1/workflows/a%20b" + rest)
                    .assertProblem(400, "INVALID_PARAMETER")
                    .assertField("id");
        }
        server.get("/v1/workflows/nobody?x=1").assertProblem(400, "UNKNOWN_PARAMETER");
    }

    @Test
    void listsTheDefinitions() {
        Response response = server.get("/v1/definitions");

        response.assertStatus().isEqualTo(200);
        assertThat(response.json().path("items").valueStream().map(JsonNode::toString))
                .contains("{\"type\":\"test.order\",\"version\":1}", "{\"type\":\"test.order\",\"version\":2}");
        server.get("/v1/definitions?x=1").assertProblem(400, "UNKNOWN_PARAMETER");
    }
}
