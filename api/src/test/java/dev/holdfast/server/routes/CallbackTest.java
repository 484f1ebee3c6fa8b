package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.AuditFilter;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of outside systems to callbacks. */
class CallbackTest {
    private static final String BY_ANN = "{\"by\":\"ann\"}";
    private static final String ACCEPTED = "{\"accepted\":true}";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    @Test
    void theFirstAnswerIsTaken() {
        String callback = server.startCalling();

        Response first = server.post(callback, BY_ANN);
        Response second = server.post(callback, "{\"by\":\"bob\"}");

        first.assertStatus().isEqualTo(200);
        assertThat(first.body()).isEqualTo(ACCEPTED);
        assertThat(second.body()).isEqualTo(ACCEPTED);
        String list = Deadline.until(
                () -> server.get("/v1/workflows?type=test.calls&status=COMPLETED")
                        .body(),
                body -> body.contains("id"));
        assertThat(list).isNotEmpty();
        assertThat(server.post(callback, BY_ANN).body()).as("after the end").isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "AAAA", "%21"})
    void aWrongTokenIsUnknown(String token) {
        Response response = server.post("/v1/callbacks/" + token, BY_ANN);

        response.assertProblem(404, "UNKNOWN_CALLBACK");
        assertThat(response.text("instance")).isEqualTo("/v1/callbacks/");
    }

    /** The token is a secret: no response and no audit row has it. */
    @Test
    void aProblemDoesNotHaveTheToken() {
        String callback = server.startCalling();

        for (Response response : new Response[] {
            server.post(callback + "AAAA", BY_ANN),
            server.post(callback, "{"),
            server.post(callback, "null"),
            server.post(callback + "?a=b", BY_ANN),
            server.post(callback, '"' + "x".repeat(300_000) + '"'),
            server.get(callback)
        }) {
            assertThat(response.status()).isBetween(400, 499);
            assertThat(response.body())
                    .contains("\"instance\":\"/v1/callbacks/\"")
                    .doesNotContain(callback.substring("/v1/callbacks/".length()));
        }
        server.post(callback, BY_ANN).assertStatus().isEqualTo(200);
    }

    @Test
    void needsNoApiKeyButADeclaredBodyAndNoForeignOrigin() {
        try (ServerFixture own = ServerFixture.start();
                TestClient operator = own.client(Role.OPERATOR)) {
            String id = operator.post("/v1/workflows/test.calls", ORDER).text("id");
            Deadline.until(() -> operator.get("/v1/workflows/" + id).text("status"), "WAITING"::equals);
            String callback = own.callback(id);

            own.get("/v1/workflows").assertStatus().isEqualTo(401);
            own.send(own.request(callback).header("Content-Type", "text/plain").POST(BodyPublishers.ofString(BY_ANN)))
                    .assertStatus()
                    .isEqualTo(415);
            own.post(callback, BY_ANN, "Origin", "https://example.com")
                    .assertStatus()
                    .isEqualTo(403);
            own.post(callback, BY_ANN).assertStatus().isEqualTo(200);
            Deadline.until(() -> operator.get("/v1/workflows/" + id).text("status"), "COMPLETED"::equals);
            assertThat(own.engine.admin().audit(AuditFilter.newest(100)).items())
                    .noneMatch(row -> row.target().contains(callback));
        }
    }
}
