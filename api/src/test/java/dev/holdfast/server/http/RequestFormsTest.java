package dev.holdfast.server.http;

import static dev.holdfast.server.ServerFixture.ORDER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.openapi.OpenApi;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of requests that RFC 9110 and 9112 allow, and that proxies and probes send. */
class RequestFormsTest {
    private static final String PATH = "/v1/workflows/test.order";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static int port() {
        return server.server.port();
    }

    private static String authority() {
        return "127.0.0.1:" + port();
    }

    /** Without the streams, whose length is not known before. */
    static List<Operation> reads() {
        return OpenApi.document().operations().stream()
                .filter(operation -> operation.method().equals("GET"))
                .filter(operation -> !operation.path().endsWith("/events"))
                .filter(operation -> !operation.path().endsWith("/export"))
                .toList();
    }

    private static String request(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\nHost: " + authority() + "\r\nX-Request-Id: same\r\n\r\n";
    }

    /** A second request on the connection shows that no body follows the headers. */
    @ParameterizedTest
    @MethodSource("reads")
    void headIsGetWithoutTheBody(Operation operation) {
        String id = server.post(PATH, ORDER, "Prefer", "wait=20").text("id");
        for (String value : new String[] {id, "nope"}) {
            String target = operation.at(value);
            try (RawRequest raw = new RawRequest(port())) {
                raw.write(request("HEAD", target) + request("GET", target));
                Response head = raw.head();
                Response get = raw.response();

                head.assertStatus().isEqualTo(get.status());
                assertThat(headers(head)).isEqualTo(headers(get));
                assertThat(head.header("Content-Length")).isPresent();
            }
        }
    }

    /** Those that do not depend on the moment. */
    private static Map<String, String> headers(Response response) {
        Map<String, String> headers = new TreeMap<>(response.headers());
        headers.keySet().removeAll(List.of("Date", "Content-Length"));
        return headers;
    }

    @Test
    void headHasTheLengthOfTheBody() {
        Response head = RawRequest.head(port(), request("HEAD", "/health/live"));

        assertThat(head.header("Content-Length")).contains("" + "{\"status\":\"live\"}".length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://%s", "HTTP://%s", "https://%s"})
    void absoluteTargetsAreThoseOfTheirPath(String form) {
        String origin = form.formatted(authority());

        assertThat(RawRequest.send(port(), request("GET", origin + "/v1/nodes"))
                        .json()
                        .path("items")
                        .size())
                .isEqualTo(1);
        RawRequest.send(port(), request("GET", origin + "/v1/workflows?limit=0"))
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("limit");
        assertThat(RawRequest.send(port(), request("GET", origin + "/v1/workflows/nope"))
                        .assertProblem(404, "UNKNOWN_WORKFLOW")
                        .text("instance"))
                .isEqualTo("/v1/workflows/nope");
        RawRequest.send(port(), request("GET", origin)).assertProblem(404, "NO_SUCH_PATH");
        RawRequest.send(port(), request("GET", origin + "/v1//nodes")).assertProblem(404, "NO_SUCH_PATH");
    }

    @Test
    void absoluteTargetsNeedNoDefaultPort() {
        String request = "GET http://localhost:80/v1/nodes HTTP/1.1\r\nHost: LOCALHOST\r\n\r\n";

        RawRequest.send(port(), request).assertStatus().isEqualTo(200);
    }

    /** Two programs on the way might each believe another of the two. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example/v1/nodes",
                "http://127.0.0.1:1/v1/nodes",
                "http://user@127.0.0.1/v1/nodes",
                "http:///v1/nodes",
                "ftp://127.0.0.1/v1/nodes",
                "v1/nodes"
            })
    void otherTargetsAreRejected(String target) {
        String request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

        RawRequest.send(port(), request).assertProblem(400, "MALFORMED_REQUEST");
    }

    /** Helidon speaks HTTP/1.1 only. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Host: 127.0.0.1\r\n", "Connection: keep-alive\r\n"})
    void http10IsRejectedWithAdvice(String headers) {
        try (RawRequest raw = new RawRequest(port())) {
            raw.write("GET /health/live HTTP/1.0\r\n" + headers + "\r\n");

            Response response = raw.response().assertProblem(505, "HTTP_VERSION_NOT_SUPPORTED");
            assertThat(response.text("fix")).contains("proxy_http_version 1.1");
            assertThat(response.header("Transfer-Encoding")).isEmpty();
            assertThat(raw.ends()).isTrue();
        }
    }

    static Stream<Charset> notUtf8() {
        return Stream.of("UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE", "X-UTF-32BE-BOM", "X-UTF-32LE-BOM")
                .map(Charset::forName);
    }

    @ParameterizedTest
    @MethodSource("notUtf8")
    void bodiesInOtherEncodingsAreRejected(Charset charset) {
        Map<String, String> bodies = Map.of(
                "POST " + PATH,
                ORDER,
                "POST /v1/workflows/nope/terminate",
                "{\"reason\":\"mended\"}",
                "PUT /v1/retention/orders/FAILED",
                "{\"keep\":\"P30D\",\"reason\":\"mended\"}",
                "POST /v1/api-keys",
                "{\"name\":\"shop\",\"role\":\"viewer\"}");
        bodies.forEach((route, json) -> {
            Response response = send(route, json.getBytes(charset)).assertProblem(400, "INVALID_INPUT");
            assertThat(response.text("detail")).contains("UTF-16 or UTF-32").contains("UTF-8");
        });
    }

    @Test
    void bodiesInUtf8MayHaveAByteOrderMark() {
        send("POST " + PATH, ("\ufeff" + ORDER).getBytes(UTF_8)).assertStatus().isEqualTo(202);
    }

    private static Response send(String route, byte[] body) {
        try (RawRequest raw = new RawRequest(port())) {
            raw.write(route + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length + "\r\n\r\n");
            raw.write(body);
            return raw.response();
        }
    }
}
