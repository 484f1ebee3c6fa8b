package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.config.StoreKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node without a database. */
@Timeout(60)
class MemoryNodeTest {
    private final TestWorkflows workflows = new TestWorkflows();

    private static NodeConfig config(Path data, Optional<String> url) {
        return NodeConfig.named(
                "trial",
                ServerConfig.of(new Settings(Map.of("port", "0"))),
                new StoreConfig(StoreKind.MEMORY, url.map(DatabaseSettings::of), data, false, false));
    }

    @Test
    void runsWorkflowsAndKeepsNothing(@TempDir Path parent) {
        Path data = parent.resolve("data");
        AtomicBoolean samplesHaveADatabase = new AtomicBoolean(true);
        WorkflowRegistration registration = (builder, dataSource, allowHalt) -> {
            samplesHaveADatabase.set(dataSource != null);
            workflows.register(builder);
        };
        for (int start = 0; start < 2; start++) {
            Node node = new Node(config(data, Optional.empty()), registration);
            try (node;
                    TestClient client = new TestClient(node::url)) {
                node.start();

                client.get("/health/ready").assertStatus().isEqualTo(200);
                assertThat(client.get("/v1/workflows").json().path("items")).isEmpty();
                client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20")
                        .assertStatus()
                        .isEqualTo(200);
                assertThat(client.get("/v1/nodes").json().at("/items/0/name").asString())
                        .isEqualTo("trial");
                assertThat(node.psqlUrl()).isEmpty();
            }
        }
        assertThat(samplesHaveADatabase).isFalse();
        assertThat(Files.exists(data)).isFalse();
    }

    @Test
    void takesNoDatabaseUrl(@TempDir Path data) {
        assertThatThrownBy(() -> config(data, Optional.of("postgresql://host/db")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("store is memory, but database-url is set: use only one of them");
    }
}
