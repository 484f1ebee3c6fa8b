package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.config.StoreKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A whole node on a physical copy of a database, from its start to its adoption by commands. */
@Timeout(120)
class RestoredNodeTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final TestWorkflows workflows = new TestWorkflows();

    private Node node(String name, boolean restored) {
        return new Node(
                NodeConfig.named(
                        name,
                        ServerConfig.of(new Settings(Map.of("port", "0"))),
                        new StoreConfig(
                                StoreKind.POSTGRES,
                                Optional.of(DatabaseSettings.of(database.jdbcUrl())),
                                Path.of(""),
                                false,
                                restored)),
                (builder, source, allowHalt) -> workflows.register(builder));
    }

    private static CommandRun run(Node node, String... arguments) {
        return CommandRun.on(node.url(), arguments);
    }

    @Test
    void runsNothingUntilItIsAdopted() {
        try (Node before = node("before", false);
                Node node = node("after", true);
                TestClient client = new TestClient(node::url, Optional.empty())) {
            before.start();
            run(before, "submit", "test.waits", ORDER, "--id", "walk-1").assertStatus(0);
            Deadline.until(() -> run(before, "history", "walk-1").lines(), lines -> lines.size() > 1);

            node.start();

            client.get("/health/started").assertStatus().isEqualTo(200);
            JsonNode ready = client.get("/health/ready")
                    .assertProblem(503, "NODE_NOT_READY")
                    .json();
            assertThat(ready.path("detail").asString()).contains("adopted: ", "./holdfast adopt");
            Response refused = client.post("/v1/workflows/test.order", ORDER).assertProblem(503, "NOT_ADOPTED");
            assertThat(refused.header("Retry-After")).contains("10");
            client.post("/v1/workflows/walk-1/cancel", "").assertStatus().isEqualTo(202);
            assertThat(run(node, "show", "walk-1").assertStatus(0).out()).contains("RUNNING");
            List<String> listed = run(node, "adopt", "--list").assertStatus(0).lines();
            assertThat(listed).hasSize(2);
            assertThat(listed.get(1)).startsWith("walk-1 ").contains(" test.waits ", " wait ");

            workflows.gate.countDown();
            assertThat(run(node, "adopt", "--reason", "a drill").assertStatus(0).out())
                    .startsWith("adopted: ");
            Deadline.until(() -> client.get("/health/ready").status(), status -> status == 200);
            // The cancel arrived before the adoption, and is decided before the step runs again.
            Deadline.until(() -> client.get("/v1/workflows/walk-1").text("status"), "CANCELLED"::equals);
            run(node, "submit", "test.order", ORDER, "--wait", "20").assertStatus(0);
            assertThat(run(node, "audit", "--action", "adopt", "--json").json().path("items"))
                    .allSatisfy(row -> {
                        assertThat(row.path("reason").asString()).isEqualTo("a drill");
                        assertThat(row.path("route").asString()).isEqualTo("POST /v1/adopt");
                    })
                    .hasSize(2);
        }
    }
}
