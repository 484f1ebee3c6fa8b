package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.wire.PgProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A busy node logs a database outage once, not once for each workflow or connection. */
@Timeout(180)
class OutageLogTest {
    private static final int WORKFLOWS = 100;
    private static final int STEPS = 150;
    private static final Duration AWAY = Duration.ofSeconds(6);
    private static final Set<String> BAD = Set.of("WARN", "ERROR");

    private static final String BEGAN = "the database does not answer, trying until it does: ";
    private static final String ENDED = "the database answers again after ";

    @Test
    void anOutageIsOneLineAtWarnAndOneWhenItIsOver() throws Exception {
        try (TestDatabase database = TestDatabase.migrated();
                PgProxy proxy = new PgProxy(database.jdbcUrl());
                LoggedNode node = start(proxy.jdbcUrl());
                TestClient client = client(node.awaitUrl())) {
            IntStream.range(0, WORKFLOWS).forEach(i -> submit(client, "before-" + i));
            Deadline.until(() -> client.get("/v1/nodes").body(), body -> body.contains("\"loaded\":" + WORKFLOWS));
            List<JsonNode> before = log(node);

            proxy.refuse(true);
            beRejected(client);
            proxy.refuse(false);
            Deadline.until(() -> client.get("/health/ready"), response -> response.status() == 200);
            Deadline.until(() -> client.get("/v1/nodes"), response -> response.status() == 200);
            IntStream.range(0, WORKFLOWS).forEach(i -> awaitEnd(client, "before-" + i));

            List<JsonNode> lines = log(node);
            List<JsonNode> since = lines.subList(before.size(), lines.size());
            assertThat(since.stream().filter(line -> BAD.contains(text(line, "level"))))
                    .singleElement()
                    .satisfies(line -> assertThat(text(line, "message")).startsWith(BEGAN));
            assertThat(since.stream().filter(line -> !BAD.contains(text(line, "level"))))
                    .singleElement()
                    .satisfies(line -> assertThat(text(line, "message")).startsWith(ENDED));
            assertThat(lines).allSatisfy(line -> assertThat(text(line, "node")).isEqualTo("logged"));
            assertThat(client.get("/metrics").body()).contains("\nholdfast_database_outages_total 1.0");
        }
    }

    private static LoggedNode start(String jdbcUrl) {
        return LoggedNode.launch(
                Map.of("HOLDFAST_DATABASE_URL", jdbcUrl, "HOLDFAST_LOG_FORMAT", "json"),
                List.of(),
                "serve",
                "--samples",
                "--port",
                "0",
                "--node-name",
                "logged",
                "--lease",
                "2s");
    }

    private static TestClient client(String url) {
        return new TestClient(() -> url);
    }

    private static void submit(TestClient client, String id) {
        client.post("/v1/workflows/test.busy?id=" + id, "{\"item\":\"book\",\"quantity\":" + STEPS + "}")
                .assertStatus()
                .isEqualTo(202);
    }

    /** An outage longer than the lease, with concurrent requests. */
    private static void beRejected(TestClient client) {
        long began = System.nanoTime();
        Deadline.until(() -> client.get("/health/ready"), response -> response.status() == 503);
        Deadline.until(
                () -> {
                    client.get("/v1/workflows").assertProblem(503, "DATABASE_UNAVAILABLE");
                    client.post("/v1/workflows/test.order?id=away", ServerFixture.ORDER)
                            .assertStatus()
                            .isEqualTo(503);
                    return System.nanoTime() - began;
                },
                nanos -> nanos > AWAY.toNanos());
    }

    private static void awaitEnd(TestClient client, String id) {
        client.get("/v1/workflows/" + id + "/result?wait=30").assertStatus().isEqualTo(200);
    }

    /** With JSON, every line except those on stdout is an object. */
    private static List<JsonNode> log(LoggedNode node) {
        return node.output().stream()
                .filter(line -> !line.startsWith("Holdfast runs at "))
                .map(JsonMapper.shared()::readTree)
                .toList();
    }

    private static String text(JsonNode line, String member) {
        return line.path(member).asString();
    }
}
