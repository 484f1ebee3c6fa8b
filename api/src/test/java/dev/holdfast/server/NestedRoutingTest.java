package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.memory.MemoryHoldfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.http.RawRequest;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The routes of an engine below a path of an application's own Helidon server. */
@Timeout(60)
class NestedRoutingTest {
    private final HttpClient http = HttpClient.newHttpClient();

    private static Holdfast engine() {
        return new TestWorkflows().register(MemoryHoldfast.create()).start();
    }

    /** An application with routes, a filter and an error handler of its own. */
    private static WebServer application(Holdfast holdfast, String host) {
        HttpRouting.Builder routing = HttpRouting.builder()
                .addFilter((chain, request, response) -> {
                    response.header("X-Application", "shop");
                    chain.proceed();
                    assertThat(request.path().path())
                            .isEqualTo(request.prologue().uriPath().path());
                })
                .get("/hello", (request, response) -> response.send("hello"))
                .get("/broken", (request, response) -> {
                    throw new IllegalStateException("a bug of the shop");
                })
                .get("/health/live", (request, response) -> response.send("the shop lives"))
                .error(
                        IllegalStateException.class,
                        (request, response, thrown) ->
                                response.status(Status.create(418)).send(thrown.getMessage()))
                .addFeature(HoldfastServer.on(holdfast).below("/holdfast"));
        return WebServer.builder()
                .host(host)
                .port(0)
                .shutdownHook(false)
                .routing(routing)
                .build()
                .start();
    }

    private HttpResponse<String> get(WebServer server, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    @Test
    void servesBothWithoutMixingThem() throws Exception {
        try (Holdfast holdfast = engine()) {
            WebServer server = application(holdfast, "127.0.0.1");
            try (TestClient client = new TestClient(() -> "http://127.0.0.1:" + server.port() + "/holdfast")) {
                Response done = client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20");
                assertThat(done.json().path("result").path("total").asInt()).isEqualTo(6);
                assertThat(done.header("X-Application")).contains("shop");
                client.get("/v1/workflows?limit=1").assertStatus().isEqualTo(200);
                client.get("/health/ready").assertStatus().isEqualTo(200);
                client.get("/nothing").assertProblem(404, "NO_SUCH_PATH");

                assertThat(get(server, "/hello").body()).isEqualTo("hello");
                assertThat(get(server, "/health/live").body()).isEqualTo("the shop lives");
                assertThat(get(server, "/broken").statusCode()).isEqualTo(418);
                assertThat(get(server, "/broken").body()).isEqualTo("a bug of the shop");
                assertThat(get(server, "/v1/workflows").statusCode()).isEqualTo(404);
                assertThat(get(server, "/holdfastened").headers().firstValue("X-Request-Id"))
                        .isEmpty();
            } finally {
                server.stop();
            }
        }
    }

    @Test
    void withoutKeysServesConnectionsToLoopbackOnly() throws Exception {
        try (Holdfast holdfast = engine()) {
            WebServer server = application(holdfast, "0.0.0.0");
            try {
                String line = "GET /holdfast/v1/nodes HTTP/1.1\r\n";
                RawRequest.send(server.port(), line + "Host: localhost\r\n\r\n")
                        .assertStatus()
                        .isEqualTo(200);
                RawRequest.send(server.port(), line + "Host: shop.example\r\n\r\n")
                        .assertProblem(403, "FOREIGN_HOST");
            } finally {
                server.stop();
            }
        }
    }

    @Test
    void requiresTheKeysOfTheDatabase() throws Exception {
        try (TestDatabase database = TestDatabase.migrated()) {
            PostgresNodeStore.createKey(
                    DatabaseSettings.of(database.jdbcUrl()),
                    "ann",
                    "viewer",
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
            try (Holdfast holdfast = new TestWorkflows()
                    .register(PostgresHoldfast.on(database.dataSource()))
                    .start()) {
                WebServer server = application(holdfast, "127.0.0.1");
                try (TestClient client = new TestClient(() -> "http://127.0.0.1:" + server.port() + "/holdfast")) {
                    client.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
                    assertThat(get(server, "/hello").body()).isEqualTo("hello");
                } finally {
                    server.stop();
                }
            }
        }
    }

    @Test
    void refusesAPathThatIsNone() {
        try (Holdfast holdfast = engine()) {
            for (String path : new String[] {"", "/", "holdfast", "/holdfast/", "/a//b", "/{id}"}) {
                assertThatThrownBy(() -> HoldfastServer.on(holdfast).below(path))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("expected one such as /holdfast");
            }
        }
    }
}
