package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code holdfast serve} is beside an application: it has the same database, and no workflows. */
@Timeout(120)
class GatewayNodeTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private Node gateway() {
        return new Node(
                NodeConfig.named(
                        "gateway",
                        ServerConfig.of(new Settings(Map.of("port", "0"))),
                        StoreConfig.postgres(DatabaseSettings.of(database.jdbcUrl()))),
                WorkflowRegistration.none());
    }

    @Test
    void acceptsAndShowsWhatTheApplicationRuns() {
        try (Node gateway = gateway();
                Holdfast application = new TestWorkflows()
                        .register(PostgresHoldfast.on(
                                PostgresConfig.of(database.jdbcUrl()).nodeName("shop")))
                        .start();
                TestClient client = new TestClient(gateway::url, Optional.empty())) {
            gateway.start();
            assertThat(application.admin().ready()).isTrue();

            for (int i = 0; i < 6; i++) {
                Response order = client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20");
                order.assertStatus().isEqualTo(200);
                assertThat(order.text("status")).isEqualTo("COMPLETED");
            }
            Response unknown = client.post("/v1/workflows/test.odrer", ORDER).assertProblem(404, "UNKNOWN_DEFINITION");
            assertThat(unknown.text("detail")).contains("test.order/1");
            assertThat(client.get("/v1/definitions").body()).contains("\"type\":\"test.order\",\"version\":1");
            client.get("/health/ready").assertStatus().isEqualTo(200);

            List<String> nodes =
                    CommandRun.on(gateway.url(), "nodes").assertStatus(0).lines();
            assertThat(nodes.get(1)).startsWith("gateway ").contains("  gateway  ");
            assertThat(nodes.get(2)).startsWith("shop ").contains("  256  ");
        }
    }
}
