package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Locale;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operator actions that are rejected before they reach an owner. */
class BadActionTest {
    private static final String REASON = "{\"reason\":\"mended\"}";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    /** The four routes, each for a parked workflow. */
    enum Act {
        CANCEL,
        TERMINATE,
        RETRY,
        DISCARD;

        String path(String workflow) {
            String verb = name().toLowerCase(Locale.ROOT);
            return this == CANCEL || this == TERMINATE
                    ? "/v1/workflows/" + workflow + "/" + verb
                    : server.get("/v1/workflows/" + workflow)
                                    .json()
                                    .path("links")
                                    .path("deadLetter")
                                    .asString() + "/" + verb;
        }
    }

    /** The path of an action on a parked workflow. */
    private static String path(Act act) {
        return act.path(server.run("test.parks", ORDER).text("id"));
    }

    /** Asserts that no action was applied before, so that this one is. */
    private static void assertUntouched(String path) {
        server.post(path + "?wait=20", REASON).assertStatus().isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void membersThatAreWrongAreNamed(Act act) {
        String path = path(act);
        for (String json : new String[] {"{\"reason\":3}", "{\"reason\":null}", "{\"reason\":[\"a\"]}"}) {
            server.post(path, json).assertProblem(400, "INVALID_INPUT").assertField("reason");
        }
        for (String reason : new String[] {"", " ", "\\t", "\\u0000", "a\\ud800", "a".repeat(1_001)}) {
            server.post(path, "{\"reason\":\"" + reason + "\"}")
                    .assertProblem(400, "INVALID_INPUT")
                    .assertField("reason");
        }
        server.post(path, "{\"reason\":\"a\",\"actor\":\"ann\"}")
                .assertProblem(400, "INVALID_INPUT")
                .assertField("actor");
        server.post(path, "{\"reason\":\"a\",\"reason\":\"b\"}").assertProblem(400, "INVALID_INPUT");
        assertUntouched(path);
    }

    @ParameterizedTest
    @EnumSource
    void bodiesThatAreNoObjectAreRejected(Act act) {
        String path = path(act);
        for (String json : new String[] {" ", "{", "[]", "3", "\"a\"", "null", "nul", "{}{}", "{'reason':'a'}"}) {
            server.post(path, json).assertProblem(400, "INVALID_INPUT");
        }
        server.post(path, "[".repeat(200_000)).assertProblem(400, "INVALID_INPUT");
        server.post(path, "{\"reason\":\"" + "a".repeat(1 << 20) + "\"}").assertProblem(413, "TOO_LARGE");
        assertUntouched(path);
    }

    @ParameterizedTest
    @EnumSource(names = "CANCEL", mode = EnumSource.Mode.EXCLUDE)
    void allButCancelNeedAReason(Act act) {
        String path = path(act);
        for (String json : new String[] {"", "{}"}) {
            server.post(path, json).assertProblem(400, "INVALID_INPUT").assertField("reason");
        }
        assertUntouched(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", REASON})
    void aCancelNeedsNone(String json) {
        server.post(path(Act.CANCEL) + "?wait=20", json).assertStatus().isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void parametersAndKeysThatAreWrongAreNamed(Act act) {
        String path = path(act);
        for (String wait : new String[] {"61", "-1", "x", "", "1.5"}) {
            server.post(path + "?wait=" + wait, REASON)
                    .assertProblem(400, "INVALID_PARAMETER")
                    .assertField("wait");
        }
        server.post(path + "?wait=1&wait=1", REASON)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("wait");
        server.post(path + "?reason=a", REASON)
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("reason");
        for (String key : new String[] {"a b", "", "a,b", "a".repeat(201)}) {
            server.post(path, REASON, "Idempotency-Key", key)
                    .assertProblem(400, "INVALID_PARAMETER")
                    .assertField("Idempotency-Key");
        }
        server.post(path, REASON, "Idempotency-Key", "a", "Idempotency-Key", "b")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("Idempotency-Key");
        assertUntouched(path);
    }

    @ParameterizedTest
    @EnumSource
    void writesThatAreNoJsonAreRejected(Act act) {
        String path = path(act);
        server.send(server.request(path).POST(BodyPublishers.ofString(REASON)))
                .assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        server.send(server.request(path).POST(BodyPublishers.noBody())).assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        assertUntouched(path);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/workflows/nobody/cancel, UNKNOWN_WORKFLOW",
        "/v1/workflows/nobody/terminate, UNKNOWN_WORKFLOW",
        "/v1/workflows/h100000000000000000000000000000000/cancel, UNKNOWN_WORKFLOW",
        "/v1/workflows/h100000000000000000000000000000000/terminate, UNKNOWN_WORKFLOW",
        "/v1/dead-letters/nobody/retry, UNKNOWN_DEAD_LETTER",
        "/v1/dead-letters/nobody.1/discard, UNKNOWN_DEAD_LETTER",
        "/v1/dead-letters/h100000000000000000000000000000000.1/retry, UNKNOWN_DEAD_LETTER",
    })
    void whatIsNotThereIsSaidToBeUnknown(String path, String code) {
        server.post(path + "?wait=60", REASON).assertProblem(404, code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/workflows/a%20b/cancel", "/v1/dead-letters/a%00b/retry"})
    void invalidIdsAreRejected(String path) {
        server.post(path, REASON).assertProblem(400, "INVALID_PARAMETER").assertField("id");
    }

    @ParameterizedTest
    @EnumSource
    void theLongestReasonWorks(Act act) {
        Response response = server.post(path(act) + "?wait=20", "{\"reason\":\"" + "é".repeat(1_000) + "\"}");
        assertThat(response.status()).isEqualTo(200);
    }
}
