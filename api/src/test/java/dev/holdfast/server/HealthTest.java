package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.testing.MemoryStore;
import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void livesButIsNotReadyBeforeTheEngineHasJoined() {
        try (ServerFixture server = ServerFixture.beforeJoining()) {
            assertThat(server.get("/health/live").body()).isEqualTo("{\"status\":\"live\"}");
            server.get("/health/started").assertProblem(503, "NODE_NOT_READY");
            server.get("/health/ready").assertProblem(503, "NODE_NOT_READY");

            for (String path : new String[] {"", "/a", "/a/history", "/a/result"}) {
                Answer answer = server.get("/v1/workflows" + path);
                answer.assertProblem(503, "NODE_NOT_READY");
                assertThat(answer.header("Retry-After")).contains("1");
            }
            for (String path :
                    new String[] {"/v1/definitions", "/v1/nodes", "/v1/dead-letters", "/v1/dead-letters/a"}) {
                server.get(path).assertProblem(503, "NODE_NOT_READY");
            }
            server.post("/v1/workflows/a/cancel", "").assertProblem(503, "NODE_NOT_READY");
            server.post("/v1/dead-letters/a/retry", "{\"reason\":\"x\"}").assertProblem(503, "NODE_NOT_READY");
            server.post("/v1/workflows/test.order", ORDER).assertProblem(503, "NODE_NOT_READY");
            server.get("/nothing").assertProblem(404, "NO_SUCH_PATH");
        }
    }

    @Test
    void isReadyOnceTheEngineHasJoined() {
        try (ServerFixture server = ServerFixture.start()) {
            assertThat(server.get("/health/started").body()).isEqualTo("{\"status\":\"started\"}");
            assertThat(server.get("/health/ready").body()).isEqualTo("{\"status\":\"ready\"}");
        }
    }

    @Test
    void staysUpUnreadyWhenAnotherNodeHasTakenOver() throws InterruptedException {
        try (ServerFixture server = ServerFixture.start();
                MemoryStore other = new MemoryStore(server.database)) {
            String id = server.run("test.order", ORDER).text("id");
            other.join(new DeafNode());

            server.get("/health/live").assertStatus().isEqualTo(200);
            server.get("/health/started").assertStatus().isEqualTo(200);
            server.get("/health/ready").assertProblem(503, "NODE_NOT_READY");
            server.post("/v1/workflows/test.order", ORDER).assertProblem(503, "DATABASE_UNAVAILABLE");
            server.get("/v1/workflows/" + id).assertStatus().isEqualTo(200);
        }
    }

    @Test
    void answersReadsWithAProblemWhileTheStoreIsAway() {
        try (ServerFixture server = ServerFixture.start()) {
            server.store.crash();

            Answer answer = server.get("/v1/workflows");
            answer.assertProblem(503, "DATABASE_UNAVAILABLE");
            assertThat(answer.json().path("retryable").asBoolean()).isTrue();
            assertThat(answer.header("Retry-After")).contains("1");
        }
    }
}
