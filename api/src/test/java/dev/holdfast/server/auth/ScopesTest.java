package dev.holdfast.server.auth;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.openapi.OpenApi;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A key with scopes has access only to definitions whose names begin with one of them. */
class ScopesTest {
    private static final Set<String> ABOUT_NO_DEFINITION = Set.of("/openapi", "/v1/nodes", "/v1/definitions");

    @Test
    void seesAndDoesAsUsualWithin() {
        try (ServerFixture server = ServerFixture.start();
                TestClient client = server.client(Role.OPERATOR, "test.o", "test.p")) {
            String id = client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20")
                    .text("id");
            for (String path : new String[] {"", "/history", "/result"}) {
                client.get("/v1/workflows/" + id + path).assertStatus().isEqualTo(200);
            }
            assertThat(client.get("/v1/workflows?type=test.order")
                            .json()
                            .path("items")
                            .size())
                    .isEqualTo(1);
            String parked = client.post("/v1/workflows/test.parks", ORDER, "Prefer", "wait=20")
                    .text("id");
            String letter = client.get("/v1/workflows/" + parked).text("deadLetter");
            client.get("/v1/dead-letters/" + letter).assertStatus().isEqualTo(200);
            assertThat(client.get("/v1/dead-letters?type=test.parks")
                            .json()
                            .path("items")
                            .size())
                    .isEqualTo(1);
            client.post("/v1/dead-letters/" + letter + "/discard?wait=20", "{\"reason\":\"a test\"}")
                    .assertStatus()
                    .isEqualTo(200);
            assertThat(client.get("/v1/definitions").json().path("items").findValuesAsString("type"))
                    .contains("test.order", "test.parks")
                    .allMatch(type -> type.startsWith("test.o") || type.startsWith("test.p"));
        }
    }

    /** Covers every route, so that a new one that shows foreign workflows fails. */
    @Test
    void hidesDataOutsideItsScopes() {
        try (ServerFixture server = ServerFixture.start()) {
            String workflow = server.run("test.parks", ORDER).text("id");
            String letter = server.deadLetterOf(workflow);
            try (TestClient client = server.client(Role.OPERATOR, "other.")) {
                for (Operation operation : OpenApi.document().operations()) {
                    if (ABOUT_NO_DEFINITION.contains(operation.path())
                            || operation.path().startsWith("/health")
                            || operation.path().startsWith("/v1/callbacks")) {
                        continue;
                    }
                    boolean submits = operation.toString().equals("POST /v1/workflows/{name}");
                    String id = operation.path().contains("dead-letters") ? letter : workflow;
                    Response response = client.send(client.request(operation.at(submits ? "test.order" : id))
                            .header("Content-Type", "application/json")
                            .method(
                                    operation.method(),
                                    BodyPublishers.ofString(submits ? ORDER : "{\"reason\":\"a test\"}")));

                    assertThat(response.status())
                            .as("%s: %s", operation, response)
                            .isIn(403, 404);
                    assertThat(response.text("code")).isIn("FORBIDDEN", "UNKNOWN_WORKFLOW", "UNKNOWN_DEAD_LETTER");
                    assertThat(response.body()).doesNotContain("test.parks").doesNotContain("DEAD_LETTERED");
                }
                assertThat(client.get("/v1/definitions").json().path("items").size())
                        .isZero();
                for (String list : new String[] {"/v1/workflows", "/v1/dead-letters"}) {
                    client.get(list + "?type=test.parks").assertProblem(403, "FORBIDDEN");
                    client.get(list + "?type=other.one").assertStatus().isEqualTo(200);
                }
                Response unseen = client.get("/v1/workflows/" + workflow);
                Response none = client.get("/v1/workflows/" + workflow.replace('0', '1'));
                assertThat(unseen.text("code")).isEqualTo(none.text("code"));
            }
            try (TestClient all = server.client(Role.VIEWER)) {
                assertThat(all.get("/v1/workflows").json().path("items").size()).isEqualTo(1);
                assertThat(all.get("/v1/workflows/" + workflow).text("status")).isEqualTo("DEAD_LETTERED");
            }
        }
    }
}
