package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that Helidon rejects before routing get problems too. */
class MalformedRequestTest {
    private static final String HOST = "Host: 127.0.0.1\r\n";
    private static final String POST =
            "POST /v1/workflows/test.order HTTP/1.1\r\n" + HOST + "Content-Type: application/json\r\n";

    private static final String LONE_LINE_FEEDS = """
            GET /health/live HTTP/1.1
            Host: 127.0.0.1

            """;

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    @AfterAll
    static void stop() {
        assertThat(server.workflows()).isZero();
    }

    private static Response send(String request) {
        return RawRequest.send(server.server.port(), request);
    }

    private static Response get(String target) {
        return send("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "\u0016\u0003\u0001\u0002\r\n\r\n",
                LONE_LINE_FEEDS,
                "GET /health/live HTTP/2.0\r\n" + HOST + "\r\n",
                "GET  HTTP/1.1\r\n" + HOST + "\r\n",
                "GET /health/live HTTP/1.1\r\n\r\n",
                "GET /health/live HTTP/1.1\r\n" + HOST + HOST + "\r\n",
                "GET /health/live HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /health/live HTTP/1.1\r\nHost: localhost:x\r\n\r\n",
                "GET /health/live HTTP/1.1\r\n" + HOST + "no colon\r\n\r\n",
                "GET /health/live HTTP/1.1\r\n" + HOST + "bad name: x\r\n\r\n",
            })
    void isRejectedWhenItIsNoHttp(String request) {
        send(request).assertProblem(400, "MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/workflows/%zz",
                "/v1/workflows/%4",
                "/v1/work\"flows",
                "/v1/workflows/a;b=c",
                "/v1/workflows?type=%f",
                "/v1/workflows?type=%ff%fe",
                "/v1/workflows?type=<>",
                "/v1/nodes#",
                "/v1/nodes#a",
                "/v1/workflows?limit=1#a"
            })
    void isRejectedWhenItsTargetIsNoUri(String target) {
        Response response = get(target).assertProblem(400, "MALFORMED_REQUEST");

        assertThat(response.body()).doesNotContain("server log");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/",
                "/v1/workflows/",
                "/v1/workflows/a%2Fb",
                "/V1/workflows",
                "/v1/dead-letters/",
                "/v1/nodes/",
                "//v1/nodes",
                "/v1//nodes",
                "/./v1/nodes",
                "/health/../v1/nodes",
                "/v1/workflows/..",
                "/v1/workflows/%2e%2e/nodes"
            })
    void findsNothingAtOtherPaths(String path) {
        get(path).assertProblem(404, "NO_SUCH_PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/workflows/a/fork", "/v1/dead-letters/a/resolve", "/v1/dead-letters/a/skip"})
    void findsNothingAtPathsThatAreNotBuilt(String path) {
        send(POST.replace("/v1/workflows/test.order", path) + "Content-Length: 2\r\n\r\n{}")
                .assertProblem(404, "NO_SUCH_PATH");
    }

    @Test
    void isRejectedWhenItsLineOrHeadersAreTooLong() {
        get("/" + "a".repeat(100_000)).assertProblem(414, "URL_TOO_LONG");
        send("GET /health/live HTTP/1.1\r\n" + HOST + "X: " + "a".repeat(20_000) + "\r\n\r\n")
                .assertProblem(431, "HEADERS_TOO_LARGE");
        send("GET /health/live HTTP/1.1\r\n" + HOST + "X: a\r\n".repeat(5_000) + "\r\n")
                .assertProblem(431, "HEADERS_TOO_LARGE");
    }

    @Test
    void isRejectedWhenItEndsTooEarly() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(("GET /health/live HTTP/1.1\r\n" + HOST + "X: a"));
            raw.endOfOutput();

            raw.response().assertProblem(400, "MALFORMED_REQUEST");
        }
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write((POST + "Content-Length: 100\r\n\r\n{\"item\":"));
            raw.endOfOutput();

            raw.response().assertProblem(400, "MALFORMED_REQUEST");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: x\r\n\r\n{}",
                "Content-Length: -2\r\n\r\n{}",
                "Content-Length: 99999999999999999999\r\n\r\n{}",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\n\r\n{}",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\r{}\r\n0\r\n\r\n"
            })
    void closesTheConnectionWhenTheEndOfTheBodyIsUnknown(String rest) {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write((POST + rest));

            raw.response().assertProblem(400, "MALFORMED_REQUEST");
            assertThat(raw.ends()).isTrue();
        }
    }

    @Test
    void closesTheConnectionWhenTheClientRequestsIt() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(("GET /health/live HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n"));

            raw.response().assertStatus().isEqualTo(200);
            assertThat(raw.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH", "OPTIONS", "BREW"})
    void allowsNoOtherMethods(String method) {
        Response response = send(method + " /v1/workflows/a HTTP/1.1\r\n" + HOST + "\r\n");

        response.assertProblem(405, "METHOD_NOT_ALLOWED");
        assertThat(response.header("Allow")).contains("POST, GET, HEAD, DELETE");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/workflows/a/cancel",
                "/v1/workflows/a/terminate",
                "/v1/dead-letters/a/retry",
                "/v1/dead-letters/a/discard"
            })
    void takesDecisionsByPostOnly(String path) {
        for (String method : new String[] {"GET", "PUT", "DELETE", "HEAD"}) {
            Response response =
                    RawRequest.head(server.server.port(), method + " " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
            response.assertStatus().isEqualTo(405);
            assertThat(response.header("Allow")).contains("POST");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/dead-letters", "/v1/dead-letters/a", "/v1/nodes"})
    void readsByGetOnly(String path) {
        for (String method : new String[] {"POST", "PUT", "DELETE"}) {
            Response response = send(method + " " + path + " HTTP/1.1\r\n" + HOST + "\r\n");
            response.assertProblem(405, "METHOD_NOT_ALLOWED");
            assertThat(response.header("Allow")).contains("GET, HEAD");
        }
    }

    @Test
    void sendsNoBodyToHead() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write("HEAD /v1/dead-letters/a/retry HTTP/1.1\r\n" + HOST + "\r\nGET /health/live HTTP/1.1\r\n" + HOST
                    + "\r\n");

            raw.head().assertStatus().isEqualTo(405);
            raw.response().assertStatus().isEqualTo(200);
        }
    }
}
