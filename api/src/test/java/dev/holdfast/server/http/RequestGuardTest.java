package dev.holdfast.server.http;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits, framing, and without API keys the restriction to programs of this machine. */
class RequestGuardTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static Response get(String path, String headers) {
        return RawRequest.send(server.server.port(), "GET " + path + " HTTP/1.1\r\n" + headers + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.1:1", "localhost", "LOCALHOST:7070", "[::1]", "[::1]:7070"})
    void takesHostsThatNameLoopback(String host) {
        get("/v1/workflows", "Host: " + host + "\r\n").assertStatus().isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:7070",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "10.0.0.1",
                "0.0.0.0",
                "[::2]:7070",
                "128.0.0.1"
            })
    void rejectsOtherHostsOnAllPaths(String host) {
        for (String path : new String[] {"/v1/workflows", "/health/live", "/nothing"}) {
            get(path, "Host: " + host + "\r\n").assertProblem(403, "FOREIGN_HOST");
        }
    }

    @Test
    void rejectsPagesOfOtherOrigins() {
        String host = "Host: localhost:7070\r\n";

        get("/v1/workflows", host + "Origin: http://localhost:7070\r\n")
                .assertStatus()
                .isEqualTo(200);
        for (String origin : new String[] {
            "http://evil.example", "https://localhost:7070", "http://localhost:3000", "http://127.0.0.1:7070", "null"
        }) {
            get("/v1/workflows", host + "Origin: " + origin + "\r\n").assertProblem(403, "FOREIGN_ORIGIN");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "application/json; charset=\"utf-32\"",
                "application/json; charset=utf8; charset=utf-16",
                "application/json; charset=\"utf-8",
                "application/json5",
                "application/problem+json",
                "text/plain; application/json"
            })
    void rejectsWritesThatAreNoJson(String type) {
        server.send(server.request("/v1/workflows/test.order")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(ORDER)))
                .assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        assertThat(server.get("/v1/workflows?label.type=" + type.hashCode())
                        .json()
                        .path("items")
                        .size())
                .isZero();
    }

    @Test
    void rejectsWritesWithoutAContentTypeOrWithAContentEncoding() {
        server.send(server.request("/v1/workflows/test.order").POST(BodyPublishers.ofString(ORDER)))
                .assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        server.post("/v1/workflows/test.order", ORDER, "Content-Encoding", "gzip")
                .assertStatus()
                .isBetween(400, 415);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON; charset=UTF-8",
                "application/json;charset=\"utf-8\"",
                "application/json; charset=utf8",
                "application/json; Charset=\"UTF8\""
            })
    void takesWritesThatAreJson(String type) {
        server.send(server.request("/v1/workflows/test.order")
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofString(ORDER)))
                .assertStatus()
                .isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.1", "example.org", "127.0.0.1.evil.example"})
    void listensOnLoopbackOnlyWithoutTls(String host) {
        assertThatThrownBy(() -> ServerConfig.of(new Settings(Map.of("host", host))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("loopback only");
    }

    @Test
    void servesHealthWhileThereAreTooManyRequests() {
        try (ServerFixture small = ServerFixture.start(Map.of("requests-max", "1"))) {
            try (RawRequest waiting = new RawRequest(small.server.port())) {
                waiting.write("POST /v1/workflows/test.waits HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait=60\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + ORDER.length() + "\r\n\r\n" + ORDER);
                Deadline.until(
                        () -> small.engine
                                .admin()
                                .list(WorkflowFilter.newest(1))
                                .items(),
                        list -> !list.isEmpty());

                Response rejected = small.get("/v1/definitions").assertProblem(429, "OVERLOADED");
                assertThat(rejected.header("Retry-After")).contains("1");
                small.get("/health/ready").assertStatus().isEqualTo(200);

                small.workflows.gate.countDown();
                waiting.response().assertStatus().isEqualTo(200);
            }
            Deadline.until(() -> small.get("/v1/definitions"), response -> response.status() == 200);
        }
    }

    @Test
    void countsRequestsThatGoToHealthAndBack() {
        try (ServerFixture small = ServerFixture.start(Map.of("requests-max", "1"));
                RawRequest waiting = new RawRequest(small.server.port())) {
            waiting.write("POST /v1/workflows/test.waits HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait=60\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + ORDER.length() + "\r\n\r\n" + ORDER);
            Deadline.until(
                    () -> small.engine.admin().list(WorkflowFilter.newest(1)).items(), list -> !list.isEmpty());

            for (String path : new String[] {"/health/../v1/nodes", "/health/%2e%2e/v1/nodes"}) {
                RawRequest.send(small.server.port(), "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                        .assertProblem(404, "NO_SUCH_PATH");
            }
        }
    }

    @Test
    void boundsTheBytesThatAreBeingRead() {
        int limit = 1 << 20;
        String head = "POST /v1/workflows/test.echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
        try (ServerFixture small = ServerFixture.start(Map.of("bodies-max-bytes", String.valueOf(limit)));
                RawRequest large = new RawRequest(small.server.port())) {
            large.write(head + "Expect: 100-continue\r\nContent-Length: " + limit + "\r\n\r\n");
            large.head().assertStatus().isEqualTo(100);

            Response rejected = small.post("/v1/workflows/test.echo", "1").assertProblem(429, "OVERLOADED");
            assertThat(rejected.header("Retry-After")).contains("1");

            large.write("\"" + "a".repeat(limit - 2) + "\"");
            large.response().assertStatus().isEqualTo(202);
            small.post("/v1/workflows/test.echo", "1").assertStatus().isEqualTo(202);
        }
    }
}
