package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.http.RawRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Failure case 16: a request is rejected before any write, or succeeds, and affects no other. */
class BadInputTest {
    private static final String PATH = "/v1/workflows/test.order";
    private static final String ECHO = "/v1/workflows/test.echo";
    private static final int LIMIT = 1 << 20;

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private int before;
    private int accepted;

    @BeforeEach
    void count() {
        before = server.workflows();
    }

    @AfterEach
    void nothingElseWasWrittenAndTheRestGoesOn() {
        assertThat(server.workflows()).isEqualTo(before + accepted);
        assertThat(server.run("test.order", ORDER).text("status")).isEqualTo("COMPLETED");
    }

    /** A JSON text of the given number of bytes. */
    private static String json(int bytes) {
        char[] text = new char[bytes];
        Arrays.fill(text, 'a');
        text[0] = '"';
        text[bytes - 1] = '"';
        return new String(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`{\"item\":\"book\",\"quantity\":\"three\"}`|quantity",
                "`{\"item\":\"book\",\"quantity\":\"3\"}`|quantity",
                "`{\"item\":\"book\",\"quantity\":1.5}`|quantity",
                "`{\"item\":\"book\",\"quantity\":99999999999}`|quantity",
                "`{\"item\":[],\"quantity\":3}`|item",
                "`{\"item\":\"book\",\"quantity\":3,\"colour\":\"red\"}`|colour",
            })
    void wrongTypesAndUnknownMembersAreNamed(String json, String field) {
        server.post(PATH, json).assertProblem(400, "INVALID_INPUT").assertField(field);
    }

    @Test
    void reportsWhatTheInputTypeRejects() {
        Response response =
                server.post(PATH, "{\"item\":\"book\",\"quantity\":-1}").assertProblem(400, "INVALID_INPUT");

        assertThat(response.text("detail")).contains("quantity is -1: expected 0 or more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"item\":\"book\"",
                "{\"item\":\"book\",}",
                "{'item':'book'}",
                "{\"item\":\"book\",\"quantity\":3} {}",
                "{\"item\":\"book\",\"item\":\"pen\",\"quantity\":3}",
                "{\"item\":NaN,\"quantity\":3}",
                "[]",
                "3",
                "\"text\"",
                "nul",
                "\u0000"
            })
    void brokenJsonIsRejected(String json) {
        server.post(PATH, json).assertProblem(400, "INVALID_INPUT");
    }

    @Test
    void bytesThatAreNoUtf8AreRejected() {
        Response response = RawRequest.send(
                server.server.port(),
                "POST " + PATH + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 31\r\n\r\n{\"item\":\"b\u00ff\u00fek\",\"quantity\":3    }");

        response.assertProblem(400, "INVALID_INPUT");
    }

    @Test
    void depthIsBounded() {
        String deep = "[".repeat(100) + "]".repeat(100);
        server.run("test.echo", deep).assertStatus().isEqualTo(200);
        accepted = 1;

        server.post(ECHO, "[" + deep + "]").assertProblem(400, "INVALID_INPUT");
        server.post(ECHO, "[".repeat(500_000) + "]".repeat(500_000)).assertProblem(400, "INVALID_INPUT");
        server.post(ECHO, "{\"a\":".repeat(150_000)).assertProblem(400, "INVALID_INPUT");
    }

    @Test
    void sizesUpToTheLimitWork() {
        for (int bytes : new int[] {2, 1_000_000, LIMIT}) {
            Response response = server.run("test.echo", json(bytes));
            response.assertStatus().isEqualTo(200);
            assertThat(response.json().path("result").asString()).hasSize(bytes - 2);
        }
        accepted = 3;
    }

    @Test
    void oneByteMoreIsRejected() {
        server.post(ECHO, json(LIMIT + 1)).assertProblem(413, "TOO_LARGE");
    }

    @Test
    void aLengthOverTheLimitIsRejectedBeforeTheBodyIsSent() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(head("Content-Length: " + (64 << 20)));

            raw.response().assertProblem(413, "TOO_LARGE");
        }
    }

    @Test
    void aClientThatSendsAllOfItStillReadsTheAnswer() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(head("Content-Length: " + (64 << 20)));
            byte[] part = json(LIMIT).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 64; i++) {
                raw.write(part);
            }

            raw.response().assertProblem(413, "TOO_LARGE");
            assertThat(raw.ends()).isTrue();
        }
    }

    @Test
    void chunksOverTheLimitAreRejectedAndNeverTakenForAnotherRequest() {
        String smuggled = "GET /v1/workflows HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        for (int chunk : new int[] {100_000, LIMIT, LIMIT + 1, 64 << 20}) {
            try (RawRequest raw = new RawRequest(server.server.port())) {
                raw.write(head("Transfer-Encoding: chunked"));
                byte[] part = (smuggled + json(chunk - smuggled.length())).getBytes(StandardCharsets.US_ASCII);
                for (int sent = 0; sent < (64 << 20); sent += chunk) {
                    raw.write(Integer.toHexString(chunk) + "\r\n");
                    raw.write(part);
                    raw.write("\r\n");
                }
                raw.write("0\r\n\r\n");

                raw.response().assertProblem(413, "TOO_LARGE");
                assertThat(raw.ends()).isTrue();
            }
        }
    }

    @Test
    void unreadChunksCloseTheConnectionAfterTheResponse() {
        String[] heads = {
            "GET /v1/nodes HTTP/1.1\r\n", "POST /v1/nodes HTTP/1.1\r\n", "POST /v1/workflows/test.echo HTTP/1.1\r\n"
        };
        for (String head : heads) {
            try (RawRequest raw = new RawRequest(server.server.port())) {
                raw.write(head + "Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
                String part = json(LIMIT);
                for (int i = 0; i < 3; i++) {
                    raw.write(Integer.toHexString(LIMIT) + "\r\n" + part + "\r\n");
                }
                raw.write("0\r\n\r\n");

                Response response = raw.response();
                response.assertStatus().isIn(200, 405, 415);
                assertThat(response.header("Connection")).contains("close");
                assertThat(raw.ends()).isTrue();
            }
        }
    }

    @Test
    void chunksUpToTheLimitWork() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(head("Transfer-Encoding: chunked"));
            String json = json(LIMIT);
            for (int sent = 0; sent < LIMIT; sent += LIMIT / 4) {
                raw.write(Integer.toHexString(LIMIT / 4) + "\r\n" + json.substring(sent, sent + LIMIT / 4) + "\r\n");
            }
            raw.write("0\r\n\r\n");

            raw.response().assertStatus().isEqualTo(202);
        }
        accepted = 1;
    }

    @Test
    void aClientThatExpectsContinueNeedNotSendTheBody() {
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(head("Expect: 100-continue\r\nContent-Length: " + (LIMIT + 1)));
            raw.response().assertProblem(413, "TOO_LARGE");
        }
        try (RawRequest raw = new RawRequest(server.server.port())) {
            raw.write(head("Expect: 100-continue\r\nContent-Length: " + ORDER.length()));
            raw.head().assertStatus().isEqualTo(100);
            raw.write(ORDER);
            raw.response().assertStatus().isBetween(200, 400);
        }
        accepted = 1;
    }

    private static String head(String length) {
        return "POST " + ECHO + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + length
                + "\r\n\r\n";
    }
}
