package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.auth.ApiKeyText;
import dev.holdfast.server.http.RawRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** No output of a node has a marked secret, whatever its settings and requests are. */
@Timeout(180)
class LogSecretsTest {
    private static final String MARK = "hunter2";
    private static final List<String> SECRETS = List.of(
            MARK, "sk-live-", "pan-4242", HexFormat.of().formatHex("pan-4242".getBytes(StandardCharsets.UTF_8)));
    private static final String INPUT = "{\"item\":\"pan-4242\",\"quantity\":3}";

    private static final String REFUSED = "{\"item\":\"pan-4242\",\"quantity\":77}";

    private static final String DEBUG = """
            <configuration>
              <appender name="stderr" class="ch.qos.logback.core.ConsoleAppender">
                <target>System.err</target>
                <encoder class="dev.holdfast.server.log.LogLines"/>
              </appender>
              <logger name="dev.holdfast" level="DEBUG"/>
              <root level="INFO"><appender-ref ref="stderr"/></root>
            </configuration>
            """;

    @TempDir
    private Path directory;

    private LoggedNode serve(String url, String format, List<String> options) {
        return LoggedNode.launch(
                Map.of("HOLDFAST_DATABASE_URL", url, "HOLDFAST_LOG_FORMAT", format),
                options,
                "serve",
                "--samples",
                "--port",
                "0");
    }

    private List<String> debug() throws IOException {
        Path file = Files.writeString(directory.resolve("logback.xml"), DEBUG);
        return List.of("-Dlogback.configurationFile=" + file);
    }

    private static void assertSilent(LoggedNode node) {
        assertThat(node.output())
                .isNotEmpty()
                .noneMatch(line -> SECRETS.stream().anyMatch(line::contains));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void aNodeThatWorksKeepsThemAtDebug(String format) throws Exception {
        try (TestDatabase database = TestDatabase.migrated();
                LoggedNode node = serve(withPassword(database), format, debug())) {
            String url = node.awaitUrl();
            try (TestClient client = new TestClient(() -> url)) {
                sendRequests(client);
                rejectRecords(database);
                client.post("/v1/workflows/test.order?id=refused", INPUT)
                        .assertStatus()
                        .isEqualTo(400);
                client.post("/v1/workflows/test.order?version=1", REFUSED, "Prefer", "wait=20")
                        .assertStatus()
                        .isEqualTo(202);
                askBadly(Integer.parseInt(url.substring(url.lastIndexOf(':') + 1)));
            }
            assertThat(arguments(node)).isNotEmpty().doesNotContain(MARK);
            node.stop();
            assertThat(String.join("\n", node.output())).contains("DEBUG", "has a record that the database refuses");
            assertSilent(node);
        }
    }

    @Test
    void aNodeWithApiKeysKeepsThemAtDebug() throws Exception {
        try (TestDatabase database = TestDatabase.migrated()) {
            String made = PostgresNodeStore.createKey(
                    DatabaseSettings.of(database.jdbcUrl()),
                    "ann",
                    "admin",
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
            String key = JsonMapper.shared().readTree(made).path("key").asString();
            String wrong = ApiKeyText.random().text();
            try (LoggedNode node = serve(database.jdbcUrl(), "text", debug())) {
                String url = node.awaitUrl();
                String other;
                try (TestClient ann = new TestClient(() -> url, Optional.of(key));
                        TestClient stranger = new TestClient(() -> url, Optional.of(wrong))) {
                    other = ann.post("/v1/api-keys", "{\"name\":\"bob\",\"role\":\"viewer\"}")
                            .text("key");
                    stranger.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
                }
                node.stop();
                assertThat(String.join("\n", node.output())).contains("requests without a valid API key are rejected");
                assertThat(node.output())
                        .noneMatch(line -> Stream.of(key, wrong, other).anyMatch(text -> line.contains(secret(text))));
            }
        }
    }

    private static String secret(String key) {
        return ApiKeyText.parse(key).orElseThrow().secret();
    }

    /** The embedded server trusts its clients and does not check the password. */
    private static String withPassword(TestDatabase database) {
        String jdbc = database.jdbcUrl();
        return jdbc.contains("password=") ? jdbc : jdbc + (jdbc.contains("?") ? "&" : "?") + "password=" + MARK;
    }

    private static void sendRequests(TestClient client) {
        String[] headers = {
            "Prefer", "wait=20", "Authorization", "Bearer sk-live-1", "X-Api-Key", "sk-live-2", "Cookie", "a=sk-live-3"
        };
        client.post("/v1/workflows/test.order", INPUT, headers).assertStatus().isEqualTo(200);
        client.post("/v1/workflows/test.fails", INPUT, headers).assertStatus().isEqualTo(200);
        client.post("/v1/workflows/test.parks", INPUT, headers).assertStatus().isEqualTo(202);
        client.post("/v1/workflows/test.order", "{\"pan-4242\":1}", headers)
                .assertStatus()
                .isEqualTo(400);
        client.post("/v1/workflows/test.order", "pan-4242", headers)
                .assertStatus()
                .isEqualTo(400);
        client.post("/v1/workflows/test.nope", INPUT, headers).assertStatus().isEqualTo(404);
    }

    /** The error message of the database has the row in it. */
    private static void rejectRecords(TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter table holdfast.workflow add constraint no_more check (id <> 'refused') not valid");
            statement.execute("alter table holdfast.log add constraint no_value"
                    + " check (outcome is null or position('77'::bytea in outcome) = 0) not valid");
        }
    }

    private static void askBadly(int port) {
        for (String request : List.of(
                "GET /v1/workflows HTTP/1.1\r\nHost: localhost\r\nAuthorization sk-live-4\r\n\r\n",
                "GET /v1/workflows HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: sk-live-5\u0000\r\n\r\n",
                "GET /v1/workflows?api-key=sk-live-6% HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "POST /v1/workflows/test.order HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: " + "sk-live-7".repeat(3_000)
                        + "\r\n\r\n")) {
            RawRequest.send(port, request);
        }
    }

    /** The process list, which every user of the machine can read. */
    private static String arguments(LoggedNode node) throws IOException {
        Process ps = new ProcessBuilder("ps", "-ww", "-o", "args=", "-p", String.valueOf(node.pid()))
                .redirectErrorStream(true)
                .start();
        return new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    static Stream<String> wrongUrls() {
        return Stream.of(
                "postgresql://ann:hunter2@127.0.0.1:1/shop",
                "postgresql://ann:hunter2@127.0.0.1:99999/shop",
                "postgresql://ann:hunter2@127.0.0.1:port/shop",
                "postgresql://ann:hun/ter2/hunter2@127.0.0.1/shop",
                "postgresql://ann:hunter2%zz@127.0.0.1:1/shop",
                "jdbc:postgresql://ann:hunter2@127.0.0.1:1/shop",
                "jdbc:postgresql://127.0.0.1:1/shop?user=ann&password=hunter2",
                "jdbc:postgresql://127.0.0.1:x/shop?user=ann&password=hunter2",
                "jdbc:postgresql://127.0.0.1:1/shop?user=ann&password=hunter2&sslmode=perhaps",
                "jdbc:postgresql://127.0.0.1:1/shop?user=ann&password=hunter2&socketTimeout=soon",
                "jdbc:postgresql:ann:hunter2@shop",
                "mysql://ann:hunter2@127.0.0.1/shop",
                "ann:hunter2@127.0.0.1/shop",
                "jdbc:mysql://127.0.0.1/shop?password=hunter2");
    }

    /** One invalid setting of each kind, together with the URL. */
    static Stream<Map<String, String>> wrongSettings() {
        String url = "postgresql://ann:hunter2@127.0.0.1:1/shop";
        return Stream.of(
                Map.of("HOST", "127.0.0.1:1", "PASSWORD", MARK),
                Map.of("HOST", "ann:hunter2@127.0.0.1", "PASSWORD", MARK),
                Map.of("HOST", "127.0.0.1", "PORT", "none", "PASSWORD", MARK),
                Map.of("HOST", "nowhere.invalid", "PASSWORD", MARK),
                Map.of("HOST", "nowhere.invalid", "PASSWORD", MARK, "TLS", "verify-full"),
                Map.of("HOST", "127.0.0.1", "PASSWORD", MARK, "TLS_CA", MARK),
                Map.of("HOST", "127.0.0.1", "PASSWORD", MARK, "PASSWORD_FILE", "/nothing"),
                Map.of("URL", url, "PASSWORD", MARK),
                Map.of("URL", url, "TLS", "allow"),
                Map.of("URL", url + "?options=hunter2"),
                Map.of("URL", url + "?currentSchema=hunter2"),
                Map.of("NAME", "shop", "PASSWORD", MARK));
    }

    @Test
    void aNodeThatCannotStartKeepsThem() throws Exception {
        List<String> options = debug();
        for (String url : wrongUrls().toList()) {
            assertEndsSilently(Map.of("HOLDFAST_DATABASE_URL", url), options);
        }
        for (Map<String, String> settings : wrongSettings().toList()) {
            assertEndsSilently(
                    settings.entrySet().stream()
                            .collect(Collectors.toMap(
                                    setting -> "HOLDFAST_DATABASE_" + setting.getKey(), Map.Entry::getValue)),
                    options);
        }
    }

    private static void assertEndsSilently(Map<String, String> environment, List<String> options) {
        try (LoggedNode node = LoggedNode.launch(environment, options, "serve", "--port", "0")) {
            assertThat(node.awaitEnd()).as("%s", environment).isIn(1, 2);
            assertThat(node.output())
                    .as("%s", environment)
                    .isNotEmpty()
                    .noneMatch(line -> SECRETS.stream().anyMatch(line::contains));
        }
    }

    @Test
    void aPasswordOnTheCommandLineIsWarnedOf() {
        String url = "postgresql://ann:hunter2@127.0.0.1:1/shop";
        try (LoggedNode node = LoggedNode.launch(
                Map.of("HOLDFAST_LOG_FORMAT", "json"), List.of(), "serve", "--port", "0", "--database-url", url)) {
            assertThat(node.awaitEnd()).isEqualTo(1);

            List<JsonNode> lines =
                    node.output().stream().map(JsonMapper.shared()::readTree).toList();
            assertThat(lines.getFirst().path("message").asString()).contains("HOLDFAST_DATABASE_URL");
            assertThat(lines.getLast().path("message").asString())
                    .startsWith("holdfast serve failed: the database does not answer");
            assertSilent(node);
        }
    }
}
