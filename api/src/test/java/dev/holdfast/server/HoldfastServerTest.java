package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.memory.MemoryHoldfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.ServerConfig;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/** The server of an engine that an application has started. */
@Timeout(60)
class HoldfastServerTest {
    private static final ServerConfig FREE_PORT = ServerConfig.builder().port(0).build();

    private static Holdfast engine(OpenTelemetry telemetry) {
        return new TestWorkflows()
                .register(MemoryHoldfast.create())
                .telemetry(telemetry)
                .start();
    }

    private static TestClient client(HoldfastServer server, Optional<String> key) {
        return new TestClient(() -> server.url().replace("0.0.0.0", "127.0.0.1"), key);
    }

    @Test
    void servesTheEngineOfAnApplicationAndLeavesItOpen() {
        try (Holdfast holdfast = engine(OpenTelemetry.noop())) {
            HoldfastServer server = HoldfastServer.on(holdfast).port(0).start();
            try (server;
                    TestClient client = client(server, Optional.empty())) {
                assertThat(server.url()).isEqualTo("http://127.0.0.1:" + server.port());
                client.get("/health/ready").assertStatus().isEqualTo(200);
                Response done = client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20");
                assertThat(done.json().path("result").path("total").asInt()).isEqualTo(6);
                assertThat(holdfast.handle(done.text("id")).result(Duration.ZERO))
                        .asString(StandardCharsets.UTF_8)
                        .contains("\"total\":6");
            }

            assertThat(holdfast.submitJson("test.order", ORDER.getBytes(StandardCharsets.UTF_8), Submission.plain())
                            .result(Duration.ofSeconds(20)))
                    .asString(StandardCharsets.UTF_8)
                    .contains("total");
        }
    }

    @Test
    void servesTheMetricsOfTheApplication() {
        ServedMetrics metrics = new ServedMetrics();
        try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                        .setMeterProvider(SdkMeterProvider.builder()
                                .registerMetricReader(metrics)
                                .build())
                        .build();
                Holdfast holdfast = engine(sdk);
                HoldfastServer server = HoldfastServer.on(holdfast)
                        .config(FREE_PORT)
                        .metrics(metrics)
                        .start();
                TestClient client = client(server, Optional.empty())) {
            sdk.getMeter("shop").counterBuilder("shop.orders").build().add(7);
            client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20");

            assertThat(client.get("/metrics").body())
                    .contains("shop_orders_total 7.0")
                    .contains("http_server_request_duration_seconds_count{")
                    .containsPattern("holdfast_workflows_ended_total\\{.*definition=\"test.order\".*} 1.0");
        }
    }

    @Test
    void saysWhatToDoWithoutMetrics() {
        try (Holdfast holdfast = engine(OpenTelemetry.noop());
                HoldfastServer server = HoldfastServer.on(holdfast).port(0).start();
                TestClient client = client(server, Optional.empty())) {
            Response response = client.get("/metrics").assertProblem(404, "NO_SUCH_PATH");
            assertThat(response.text("detail")).contains("ServedMetrics", "Holdfast.Builder.telemetry");
        }
    }

    @Test
    void refusesAnEngineThatItDoesNotKnow() {
        Holdfast mock = (Holdfast) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Holdfast.class}, (proxy, method, arguments) -> null);

        assertThatThrownBy(() -> HoldfastServer.on(mock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected what start() of PostgresHoldfast");
    }

    @Test
    void hasTheApiKeysOfTheDataSource() {
        try (TestDatabase database = TestDatabase.migrated()) {
            DataSource dataSource = database.dataSource();
            ServerConfig openToAll = ServerConfig.builder()
                    .host("0.0.0.0")
                    .insecureHttp()
                    .port(0)
                    .build();
            try (Holdfast holdfast = new TestWorkflows()
                    .register(PostgresHoldfast.on(dataSource))
                    .start()) {
                assertThatThrownBy(() ->
                                HoldfastServer.on(holdfast).config(openToAll).start())
                        .isInstanceOf(HoldfastException.class)
                        .hasMessageContaining("no API keys");
                String key = JsonMapper.shared()
                        .readTree(PostgresNodeStore.createKey(
                                DatabaseSettings.of(database.jdbcUrl()),
                                "ann",
                                "viewer",
                                List.of(),
                                Optional.empty(),
                                Optional.empty()))
                        .path("key")
                        .asString();
                try (HoldfastServer server =
                                HoldfastServer.on(holdfast).config(openToAll).start();
                        TestClient anyone = client(server, Optional.empty());
                        TestClient ann = client(server, Optional.of(key))) {
                    anyone.get("/v1/workflows").assertProblem(401, "UNAUTHENTICATED");
                    ann.get("/v1/workflows").assertStatus().isEqualTo(200);
                    ann.post("/v1/workflows/test.order", ORDER).assertProblem(403, "FORBIDDEN");
                }
            }
        }
    }
}
