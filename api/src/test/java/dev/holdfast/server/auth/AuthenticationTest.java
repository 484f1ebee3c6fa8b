package dev.holdfast.server.auth;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.http.RawRequest;
import dev.holdfast.spi.InboxCursor;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** If there are API keys, every request except health needs one. */
class AuthenticationTest {
    private static final String[] PATHS = {
        "/v1/workflows", "/v1/nodes", "/v1/definitions", "/v1/api-keys", "/metrics", "/openapi", "/nothing", "/"
    };

    private static Response raw(ServerFixture server, String line, String headers) {
        return RawRequest.send(server.server.port(), line + " HTTP/1.1\r\n" + headers + "\r\n");
    }

    @Test
    void everyPathButHealthNeedsAKey() {
        try (ServerFixture server = ServerFixture.start();
                TestClient client = server.client(Role.VIEWER)) {
            for (String path : PATHS) {
                Response rejected = server.get(path).assertProblem(401, "UNAUTHENTICATED");
                assertThat(rejected.header("WWW-Authenticate")).contains("Bearer realm=\"holdfast\"");
            }
            for (String path : new String[] {"/health/live", "/health/started", "/health/ready"}) {
                server.get(path).assertStatus().isEqualTo(200);
            }
            client.get("/v1/workflows").assertStatus().isEqualTo(200);
            client.get("/nothing").assertProblem(404, "NO_SUCH_PATH");
        }
    }

    @Test
    void inexactKeysAreRejected() {
        try (ServerFixture server = ServerFixture.start()) {
            String key = server.makeKey(Role.ADMIN);
            String last = key.endsWith("0") ? "1" : "0";
            for (String wrong : new String[] {
                "Bearer " + key.substring(0, key.length() - 1) + last,
                "Bearer " + key + "0",
                "Bearer " + key.toUpperCase(Locale.ROOT),
                "Bearer " + ApiKeyText.random().text(),
                "Bearer " + key + ", Bearer " + key,
                "Bearer " + key + "\r\nAuthorization: Bearer " + key,
                "Bearer",
                "Bearer ",
                "Basic " + key,
                key
            }) {
                Response rejected =
                        raw(server, "GET /v1/workflows", "Host: localhost\r\nAuthorization: " + wrong + "\r\n");
                rejected.assertProblem(401, "UNAUTHENTICATED");
                assertThat(rejected.body()).doesNotContain(key.substring(20));
            }
            assertThat(raw(server, "GET /v1/workflows", "Host: localhost\r\nAuthorization: Bearer x\r\n")
                            .header("WWW-Authenticate"))
                    .contains("Bearer realm=\"holdfast\", error=\"invalid_token\"");
            raw(server, "GET /v1/workflows", "Host: localhost\r\nAuthorization: bearer " + key + "\r\n")
                    .assertStatus()
                    .isEqualTo(200);
        }
    }

    @Test
    void revokedAndExpiredKeysAreRejectedAndKeysStayRequired() {
        try (ServerFixture server = ServerFixture.start();
                TestClient expired = server.client(Role.VIEWER);
                TestClient revoked = server.client(Role.VIEWER)) {
            expired.get("/v1/nodes").assertStatus().isEqualTo(200);
            UUID[] ids = server.apiKeys.list().stream().map(key -> key.id()).toArray(UUID[]::new);
            server.apiKeys.revoke(ids[0], ActionOptions.because("a test"));
            server.apiKeys.expire(ids[1]);
            server.keys.invalidate();

            revoked.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
            expired.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
            server.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");

            server.apiKeys.revoke(ids[1], ActionOptions.because("a test"));
            server.keys.invalidate();
            server.get("/v1/nodes").assertStatus().isEqualTo(200); // no keys: this machine has access again
        }
    }

    @Test
    void noRequestPassesWhileKeysCannotBeRead() {
        try (ServerFixture server = ServerFixture.start();
                TestClient client = server.client(Role.ADMIN)) {
            server.apiKeys.away = true;

            client.get("/v1/nodes").assertProblem(503, "DATABASE_UNAVAILABLE");
            Response rejected = server.get("/v1/nodes").assertProblem(503, "DATABASE_UNAVAILABLE");
            assertThat(rejected.header("Retry-After")).isPresent();
            server.get("/openapi").assertProblem(503, "DATABASE_UNAVAILABLE");
            server.post("/v1/workflows/test.order", ORDER).assertProblem(503, "DATABASE_UNAVAILABLE");
            server.get("/health/live").assertStatus().isEqualTo(200);
            assertThat(server.store.inbox(InboxCursor.START, 2).messages()).isEmpty();

            server.apiKeys.away = false;
            Deadline.until(() -> client.get("/v1/nodes"), response -> response.status() == 200);
            server.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
        }
    }

    @Test
    void withAKeyAnyHostMayBeNamedButNoPageOfAnotherOriginMayAsk() {
        try (ServerFixture server = ServerFixture.start()) {
            String host = "Host: holdfast.example\r\n";
            String key = "Authorization: Bearer " + server.makeKey(Role.VIEWER) + "\r\n";

            raw(server, "GET /v1/nodes", host + key).assertStatus().isEqualTo(200);
            raw(server, "GET /health/live", host).assertStatus().isEqualTo(200);
            raw(server, "GET /v1/nodes", host + key + "Origin: http://holdfast.example\r\n")
                    .assertStatus()
                    .isEqualTo(200);
            for (String path : new String[] {"/v1/nodes", "/health/live"}) {
                raw(server, "GET " + path, host + key + "Origin: http://evil.example\r\n")
                        .assertProblem(403, "FOREIGN_ORIGIN");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noAnswerLetsAPageOfAnotherOriginReadIt(boolean keys) {
        try (ServerFixture server = ServerFixture.start()) {
            String key = keys ? "Authorization: Bearer " + server.makeKey(Role.ADMIN) + "\r\n" : "";
            for (String method : new String[] {"GET", "OPTIONS", "DELETE"}) {
                for (String path : PATHS) {
                    for (String origin : new String[] {"http://localhost", "http://evil.example", "null"}) {
                        Response response = raw(
                                server,
                                method + " " + path,
                                "Host: localhost\r\nOrigin: " + origin + "\r\n" + key
                                        + "Access-Control-Request-Method: POST\r\n"
                                        + "Access-Control-Request-Headers: authorization\r\n");
                        assertThat(response.headers().keySet())
                                .as("%s", response)
                                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
                    }
                }
            }
        }
    }

    @Test
    void aKeyMayBeUsedSoOftenASecond() {
        try (ServerFixture server = ServerFixture.start(Map.of("rate-per-key", "2"));
                TestClient eager = server.client(Role.VIEWER);
                TestClient other = server.client(Role.VIEWER)) {
            Response rejected =
                    Deadline.until(() -> eager.get("/v1/definitions"), response -> response.status() != 200);

            rejected.assertProblem(429, "OVERLOADED");
            assertThat(rejected.header("Retry-After")).contains("1");
            assertThat(rejected.text("detail")).contains("its rate of 2 requests a second");
            other.get("/v1/definitions").assertStatus().isEqualTo(200);
            Deadline.until(() -> eager.get("/v1/definitions"), response -> response.status() == 200);
        }
    }

    @Test
    void anAdministratorMakesAndRevokesKeys() {
        try (ServerFixture server = ServerFixture.start();
                TestClient admin = server.client(Role.ADMIN)) {
            Response made = admin.post(
                    "/v1/api-keys",
                    "{\"name\":\"ann\",\"role\":\"operator\",\"scopes\":[\"test.\"],\"expiresIn\":\"90d\"}");
            made.assertStatus().isEqualTo(201);
            assertThat(made.text("createdBy")).isEqualTo("ADMIN-key");
            String key = made.text("key");
            try (TestClient ann = server.client(key)) {
                ann.get("/v1/nodes").assertStatus().isEqualTo(200);
                assertThat(admin.get("/v1/api-keys").body())
                        .contains(made.text("prefix"))
                        .doesNotContain(key)
                        .doesNotContain(key.substring(12));
                for (int i = 0; i < 2; i++) {
                    Response revoked = admin.send(
                            admin.request("/v1/api-keys/" + made.text("id")).DELETE());
                    revoked.assertStatus().isEqualTo(200);
                    assertThat(revoked.text("revokedAt")).isNotEmpty();
                }
                ann.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
            }
            admin.send(admin.request("/v1/api-keys/" + UUID.randomUUID()).DELETE())
                    .assertProblem(404, "UNKNOWN_API_KEY");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name {\"role\":\"viewer\"}",
                "name {\"name\":\" \",\"role\":\"viewer\"}",
                "role {\"name\":\"a\"}",
                "role {\"name\":\"a\",\"role\":\"root\"}",
                "scopes {\"name\":\"a\",\"role\":\"viewer\",\"scopes\":[\"\"]}",
                "scopes {\"name\":\"a\",\"role\":\"viewer\",\"scopes\":[null]}",
                "scopes {\"name\":\"a\",\"role\":\"admin\",\"scopes\":[\"pay.\"]}",
                "expiresIn {\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":\"0s\"}",
                "reason {\"name\":\"a\",\"role\":\"viewer\",\"reason\":\" \"}",
                "expiresIn {\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":\"soon\"}",
                "expiresIn {\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":\"99999d\"}",
                "expiresIn {\"name\":\"a\",\"role\":\"viewer\",\"expiresIn\":\"-99999999999999999d\"}",
                "colour {\"name\":\"a\",\"role\":\"viewer\",\"colour\":\"red\"}"
            })
    void aKeyThatCannotBeIsNotMade(String fieldAndBody) {
        try (ServerFixture server = ServerFixture.start()) {
            String[] parts = fieldAndBody.split(" ", 2);

            server.post("/v1/api-keys", parts[1])
                    .assertProblem(400, "INVALID_INPUT")
                    .assertField(parts[0]);
            assertThat(server.apiKeys.list()).isEmpty();
        }
    }

    @Test
    void theActorIsTheCaller() {
        try (ServerFixture server = ServerFixture.start();
                TestClient client = server.client(Role.OPERATOR)) {
            String id = client.send(client.request("/v1/workflows/test.waits")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString(ORDER)))
                    .text("id");
            client.post("/v1/workflows/" + id + "/cancel", "{\"reason\":\"a test\"}");

            assertThat(server.store.inbox(InboxCursor.START, 2).messages().toString())
                    .contains("OPERATOR-key");
        }
    }
}
