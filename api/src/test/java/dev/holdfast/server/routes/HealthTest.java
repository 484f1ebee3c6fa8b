package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.MemoryStore;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTest {
    @Test
    void livesButIsNotReadyBeforeTheEngineHasJoined() {
        try (ServerFixture server = ServerFixture.beforeJoining()) {
            assertThat(server.get("/health/live").body()).isEqualTo("{\"status\":\"live\"}");
            server.get("/health/started").assertProblem(503, "NODE_NOT_READY");
            Response ready = server.get("/health/ready").assertProblem(503, "NODE_NOT_READY");
            assertThat(names(ready, false)).containsExactly("member");
            assertThat(ready.text("detail")).startsWith("member: This node has not joined yet");

            for (String path : new String[] {"", "/a", "/a/history", "/a/result"}) {
                Response response = server.get("/v1/workflows" + path);
                response.assertProblem(503, "NODE_NOT_READY");
                assertThat(response.header("Retry-After")).contains("1");
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
            Response ready = server.get("/health/ready");
            assertThat(ready.text("status")).isEqualTo("ready");
            assertThat(names(ready, true)).containsExactly("member", "database", "lease", "queue");
            assertThat(names(ready, false)).isEmpty();
        }
    }

    @Test
    void staysUpUnreadyWhenAnotherNodeHasTakenOver() throws InterruptedException {
        try (ServerFixture server = ServerFixture.start();
                MemoryStore other = new MemoryStore(server.database)) {
            String id = server.run("test.order", ORDER).text("id");
            other.join(new DeafNode(), DeafNode.DEFINITIONS);

            server.get("/health/live").assertStatus().isEqualTo(200);
            server.get("/health/started").assertStatus().isEqualTo(200);
            Response ready = server.get("/health/ready").assertProblem(503, "NODE_NOT_READY");
            assertThat(names(ready, false)).containsExactly("lease");
            server.post("/v1/workflows/test.order", ORDER).assertProblem(503, "DATABASE_UNAVAILABLE");
            server.get("/v1/workflows/" + id).assertStatus().isEqualTo(200);
        }
    }

    @Test
    void isUnreadyWhenTheStoreIsAwayButLives() {
        try (ServerFixture server = ServerFixture.start()) {
            server.store.crash();

            Response ready = server.get("/health/ready").assertProblem(503, "NODE_NOT_READY");
            assertThat(names(ready, false)).contains("database", "lease");
            assertThat(names(ready, true)).contains("member");
            server.get("/health/live").assertStatus().isEqualTo(200);
            server.get("/health/started").assertStatus().isEqualTo(200);
        }
    }

    @Test
    void isNoMemberOnceItLeavesAndMayBeClosedTwice() {
        try (ServerFixture server = ServerFixture.start()) {
            server.running.drain();

            Response ready = server.get("/health/ready").assertProblem(503, "NODE_NOT_READY");
            assertThat(ready.text("detail")).isEqualTo("member: This node is shutting down.");
            server.get("/health/live").assertStatus().isEqualTo(200);
            end(server); // the block closes it once more
            assertThat(server.engine.admin().health().checks())
                    .noneMatch(check -> !check.name().equals("queue") && check.holds());
        }
    }

    private static void end(ServerFixture server) {
        server.close();
    }

    /** The names of the checks with this result. */
    private static List<String> names(Response ready, boolean holds) {
        return ready.json()
                .path("checks")
                .valueStream()
                .filter(check -> check.path("holds").asBoolean() == holds)
                .map(check -> check.path("name").asString())
                .toList();
    }

    @Test
    void rejectsReadsWhileTheStoreIsUnavailable() {
        try (ServerFixture server = ServerFixture.start()) {
            server.store.crash();

            Response response = server.get("/v1/workflows");
            response.assertProblem(503, "DATABASE_UNAVAILABLE");
            assertThat(response.json().path("retryable").asBoolean()).isTrue();
            assertThat(response.header("Retry-After")).contains("1");
        }
    }
}
