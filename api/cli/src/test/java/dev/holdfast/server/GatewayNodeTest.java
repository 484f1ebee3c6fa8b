package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.HoldfastCommand;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
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
    void standsBesideANodeOfTheApplicationWithoutASettingOfEither() throws Exception {
        StringWriter out = new StringWriter();
        FutureTask<Integer> serve =
                new FutureTask<>(() -> HoldfastCommand.commandLine(WorkflowRegistration.none(), Map.of())
                        .setOut(new PrintWriter(out, true))
                        .execute("serve", "--port", "0", "--database-url", database.jdbcUrl()));
        String host = PostgresConfig.defaults().nodeName();
        Thread thread = Thread.ofPlatform().start(serve);
        try (Holdfast application = new TestWorkflows()
                .register(PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl())))
                .start()) {
            Deadline.until(out::toString, text -> text.contains("Holdfast runs at ") || serve.isDone());

            assertThat(application.admin().nodes())
                    .extracting(NodeSummary::name)
                    .containsExactlyInAnyOrder(host, "gateway-" + host);
        } finally {
            thread.interrupt();
            thread.join();
        }
        assertThat(serve.get()).isZero();
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
