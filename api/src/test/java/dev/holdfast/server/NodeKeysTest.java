package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** API keys on whole nodes with a real PostgreSQL. */
@Timeout(120)
class NodeKeysTest {
    private static final Map<String, String> OPEN_TO_ALL = Map.of("host", "0.0.0.0", "insecure-http", "true");

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private Node node(String name, Map<String, String> settings) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(settings);
        try (ServerSocket socket = new ServerSocket(0)) {
            all.put("port", String.valueOf(socket.getLocalPort()));
        }
        NodeConfig config = NodeConfig.named(
                name,
                ServerConfig.of(new Settings(all)),
                StoreConfig.postgres(DatabaseSettings.of(database.jdbcUrl())));
        return new Node(config, (builder, source, allowHalt) -> new TestWorkflows().register(builder));
    }

    private JsonNode makeKey(String role) {
        return JsonMapper.shared()
                .readTree(PostgresNodeStore.createKey(
                        DatabaseSettings.of(database.jdbcUrl()),
                        "ann",
                        role,
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static TestClient client(Node node, Optional<String> key) {
        return new TestClient(() -> node.url().replace("0.0.0.0", "127.0.0.1"), key);
    }

    @Test
    void aHostThatOthersReachNeedsAKey() throws Exception {
        try (Node node = node("one", OPEN_TO_ALL)) {
            assertThatThrownBy(node::start)
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("host is 0.0.0.0")
                    .hasMessageContaining("./holdfast keys create");
        }
        JsonNode key = makeKey("admin");
        try (Node node = node("two", OPEN_TO_ALL);
                TestClient anybody = client(node, Optional.empty());
                TestClient ann = client(node, Optional.of(key.path("key").asString()))) {
            node.start();
            ann.get("/v1/nodes").assertStatus().isEqualTo(200);
            anybody.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");

            ann.send(ann.request("/v1/api-keys/" + key.path("id").asString()).DELETE())
                    .assertStatus()
                    .isEqualTo(200);
            anybody.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
            ann.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
        }
    }

    @Test
    void whatOneNodeDoesToKeysCountsOnTheOther() throws Exception {
        try (Node one = node("one", Map.of());
                Node two = node("two", Map.of());
                TestClient anybody = client(two, Optional.empty())) {
            one.start();
            two.start();
            anybody.get("/v1/nodes").assertStatus().isEqualTo(200);

            JsonNode key = makeKey("admin");
            try (TestClient ann = client(one, Optional.of(key.path("key").asString()));
                    TestClient annAtTwo =
                            client(two, Optional.of(key.path("key").asString()))) {
                long made = System.nanoTime();
                Deadline.until(() -> anybody.get("/v1/nodes").status(), status -> status == 401);
                assertThat(System.nanoTime() - made)
                        .isLessThan(ApiKeyCache.AGE_MAX.plusSeconds(5).toNanos());
                annAtTwo.get("/v1/nodes").assertStatus().isEqualTo(200);
                Deadline.until(
                        () -> annAtTwo.get("/v1/api-keys")
                                .json()
                                .at("/items/0/lastUsedAt")
                                .isString(),
                        used -> used);

                Deadline.until(() -> ann.get("/v1/nodes").status(), status -> status == 200);
                ann.send(ann.request("/v1/api-keys/" + key.path("id").asString())
                                .DELETE())
                        .assertStatus()
                        .isEqualTo(200);
                // Without any key this machine has access again, and the revoked key gives none.
                Deadline.until(() -> anybody.get("/v1/nodes").status(), status -> status == 200);
            }
        }
    }
}
