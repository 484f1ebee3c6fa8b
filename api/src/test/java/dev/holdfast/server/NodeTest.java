package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole node on a real PostgreSQL. */
@Timeout(120)
class NodeTest {
    private final TestWorkflows workflows = new TestWorkflows();

    private static ServerConfig freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return ServerConfig.of(new Settings(Map.of("port", String.valueOf(socket.getLocalPort()))));
        }
    }

    private Node node(NodeConfig config) {
        return new Node(config, (builder, dataSource, allowHalt) -> workflows.register(builder));
    }

    private static NodeConfig on(EmbeddedServer database, String name, Duration lease) throws Exception {
        return new NodeConfig(
                freePort(),
                StoreConfig.postgres(DatabaseSettings.of(database.jdbcUrl())),
                Optional.of(name),
                Optional.of(lease),
                false);
    }

    private static TestClient client(NodeConfig config) {
        return new TestClient(() -> "http://127.0.0.1:" + config.server().port());
    }

    @Test
    void keepsWhatItAcceptedOverARestartOnItsOwnDatabase(@TempDir Path data) throws Exception {
        NodeConfig config =
                new NodeConfig(freePort(), StoreConfig.embedded(data), Optional.empty(), Optional.empty(), false);
        String id;
        try (TestClient client = client(config)) {
            try (Node node = node(config)) {
                node.start();
                client.get("/health/ready").assertStatus().isEqualTo(200);
                id = client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20")
                        .text("id");
                assertThat(node.psqlUrl().orElseThrow()).startsWith("postgresql://");
            }
            try (Node node = node(config)) {
                node.start();
                assertThat(client.get("/v1/workflows/" + id + "/result").body())
                        .isEqualTo("{\"item\":\"book\",\"total\":6}");
                assertThat(client.get("/v1/workflows/" + id + "/history")
                                .json()
                                .path("items")
                                .size())
                        .isEqualTo(2);
            }
        }
    }

    @Test
    void waitsAliveWhileAnotherNodeOwnsTheWorkflows() throws Exception {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            NodeConfig firstConfig = on(database, "first", Duration.ofSeconds(2));
            NodeConfig secondConfig = on(database, "second", Duration.ofSeconds(2));
            try (Node first = node(firstConfig);
                    Node second = node(secondConfig);
                    TestClient client = client(secondConfig)) {
                first.start();
                CompletableFuture<Void> joined = CompletableFuture.runAsync(second::start);
                Deadline.until(client::isLive, live -> live);
                client.get("/health/started").assertProblem(503, "NODE_NOT_READY");
                client.post("/v1/workflows/test.order", ORDER).assertProblem(503, "NODE_NOT_READY");

                end(first);

                assertThat(joined).succeedsWithin(Duration.ofSeconds(60));
                client.get("/health/ready").assertStatus().isEqualTo(200);
                client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20")
                        .assertStatus()
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void endsWhileItWaits() throws Exception {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            NodeConfig config = on(database, "second", Duration.ofSeconds(2));
            try (Node first = node(on(database, "first", Duration.ofSeconds(2)));
                    Node second = node(config);
                    TestClient client = client(config)) {
                first.start();
                CompletableFuture<Void> start = CompletableFuture.runAsync(second::start);
                Deadline.until(client::isLive, live -> live);

                end(second);

                assertThat(start).failsWithin(Duration.ofSeconds(30));
                assertThat(client.isLive()).isFalse();
            }
        }
    }

    private static void end(Node node) {
        node.close();
    }

    @Test
    void turnsUnreadyWhileTheDatabaseIsAway() throws Exception {
        EmbeddedServer database = EmbeddedServer.temporary();
        NodeConfig config = on(database, "first", Duration.ofSeconds(2));
        try (Node node = node(config);
                TestClient client = client(config)) {
            node.start();
            client.get("/health/ready").assertStatus().isEqualTo(200);

            database.close();

            Deadline.until(() -> client.get("/health/ready"), response -> response.status() == 503)
                    .assertProblem(503, "NODE_NOT_READY");
            client.get("/v1/workflows").assertProblem(503, "DATABASE_UNAVAILABLE");
            client.post("/v1/workflows/test.order", ORDER).assertProblem(503, "DATABASE_UNAVAILABLE");
            client.get("/health/live").assertStatus().isEqualTo(200);
        }
    }

    @Test
    void reportsAKeyInUseByAnOpenTransaction() throws Exception {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            NodeConfig config = on(database, "first", Duration.ofSeconds(5));
            try (Node node = node(config);
                    TestClient client = client(config)) {
                node.start();
                try (Connection foreign = DriverManager.getConnection(database.jdbcUrl())) {
                    foreign.setAutoCommit(false);
                    hold(foreign);

                    Response held = client.post("/v1/workflows/test.order", ORDER, "Idempotency-Key", "held");
                    held.assertProblem(409, "SUBMISSION_HELD");
                    assertThat(held.json().path("retryable").asBoolean()).isTrue();
                    assertThat(held.header("Retry-After")).isPresent();
                }
                client.post("/v1/workflows/test.order", ORDER, "Idempotency-Key", "held")
                        .assertStatus()
                        .isEqualTo(202);
            }
        }
    }

    /** Inserts the key "held" in its bucket, uncommitted. */
    private static void hold(Connection foreign) throws SQLException {
        try (var statement = foreign.createStatement()) {
            statement.execute("insert into holdfast.submission (record_id, at, bucket, era, uid, name, scope, digest)"
                    + " select 1, now(), bucket, 0, gen_random_uuid(), 'held', 'test.order', ''"
                    + " from generate_series(0, 255) as bucket");
        }
    }
}
