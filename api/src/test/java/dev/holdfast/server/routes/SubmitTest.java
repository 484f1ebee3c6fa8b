package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitTest {
    private static final String PATH = "/v1/workflows/test.order";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    @Test
    void respondsAcceptedWithIdStatusAndLocation() {
        Response response = server.post("/v1/workflows/test.waits", ORDER);

        response.assertStatus().isEqualTo(202);
        assertThat(response.json().propertyNames()).containsExactly("id", "status");
        assertThat(response.text("status")).isEqualTo("QUEUED");
        assertThat(response.header("Location")).contains("/v1/workflows/" + response.text("id"));
        assertThat(response.header("Content-Type")).contains("application/json");
        assertThat(server.get(response.header("Location").orElseThrow()).status())
                .isEqualTo(200);
    }

    @Test
    void respondsWithTheResultWhenItEndsWithinTheWait() {
        Response response = server.post(PATH, ORDER, "Prefer", "wait=20");

        response.assertStatus().isEqualTo(200);
        assertThat(response.json().propertyNames()).containsExactly("id", "status", "result");
        assertThat(response.text("status")).isEqualTo("COMPLETED");
        assertThat(response.json().path("result")).hasToString("{\"item\":\"book\",\"total\":6}");
        assertThat(response.header("Preference-Applied")).contains("wait=20");
    }

    @Test
    void respondsWithTheErrorWhenItFailsWithinTheWait() {
        Response response = server.post("/v1/workflows/test.fails", ORDER, "Prefer", "wait=20");

        response.assertStatus().isEqualTo(200);
        assertThat(response.json().propertyNames()).containsExactly("id", "status", "error");
        assertThat(response.text("status")).isEqualTo("FAILED");
        assertThat(response.json().path("error").path("message").asString()).isEqualTo("no book left");
        assertThat(response.json().path("error").path("class").asString())
                .isEqualTo("dev.holdfast.WorkflowFailedException");
    }

    @Test
    void respondsAcceptedAtOnceWhenItParksWithinTheWait() {
        Response response = server.post("/v1/workflows/test.parks", ORDER, "Prefer", "wait=60");

        response.assertStatus().isEqualTo(202);
        assertThat(response.text("status")).isEqualTo("DEAD_LETTERED");
    }

    @Test
    void respondsAcceptedWhenTheWaitIsOver() {
        Response response = server.post("/v1/workflows/test.waits", ORDER, "Prefer", "respond-async, wait=0");

        response.assertStatus().isEqualTo(202);
        assertThat(response.text("status")).isEqualTo("RUNNING");
    }

    /** The forms of RFC 7240, section 2. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=\"0\"",
                "Wait = 0",
                "wait=0; why=\"a, b\"",
                "wait=\"0\" ; late",
                "handling=\"x, wait=7\", wait=0",
                "note=\"\\\"wait=7, \", wait=0",
                "wait=0, wait=7",
                ", wait=0,"
            })
    void takesEachFormOfAWait(String preference) {
        Response response = server.post("/v1/workflows/test.waits", ORDER, "Prefer", preference);

        response.assertStatus().isEqualTo(202);
        assertThat(response.header("Preference-Applied")).contains("wait=0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wait=61",
                "wait=-1",
                "wait=x",
                "wait=",
                "wait",
                "wait=1.5",
                "wait=99999999999",
                "wait=\"x\"",
                "wait=\"5"
            })
    void rejectsOtherWaits(String preference) {
        server.post(PATH, ORDER, "Prefer", preference)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("Prefer");
    }

    @Test
    void takesTheNewestVersionOrTheRequestedOne() {
        assertThat(server.run("test.order", ORDER)
                        .json()
                        .path("result")
                        .path("total")
                        .asInt())
                .isEqualTo(6);
        assertThat(server.run("test.order?version=1", ORDER)
                        .json()
                        .path("result")
                        .path("total")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void joinsUnderTheSameKeyWhateverTheSpelling() {
        String echo = "/v1/workflows/test.echo?label.";
        Response first = server.post(echo + "a=1", "{\"n\":1,\"m\":[]}", "Idempotency-Key", "joins");
        Response again = server.post(echo + "b=2", " {\"m\" : [ ], \"n\" : 1.0e0}", "Idempotency-Key", "joins");

        first.assertStatus().isEqualTo(202);
        again.assertStatus().isBetween(200, 299);
        assertThat(again.text("id")).isEqualTo(first.text("id"));
    }

    @Test
    void joinsAnEndedWorkflowWithItsRealStatus() {
        Response first = server.post(PATH, ORDER, "Idempotency-Key", "ended", "Prefer", "wait=20");
        Response again = server.post(PATH, ORDER, "Idempotency-Key", "ended");
        Response waiting = server.post(PATH, ORDER, "Idempotency-Key", "ended", "Prefer", "wait=20");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.text("id")).isEqualTo(first.text("id"));
        assertThat(again.text("status")).isEqualTo("COMPLETED");
        assertThat(waiting.body()).isEqualTo(first.body());
    }

    @Test
    void rejectsTheSameKeyWithAnotherInput() {
        Response first = server.post(PATH, ORDER, "Idempotency-Key", "taken");
        Response other = server.post(PATH, "{\"item\":\"pen\",\"quantity\":1}", "Idempotency-Key", "taken");

        other.assertProblem(409, "KEY_CONFLICT");
        assertThat(other.json().path("retryable").asBoolean()).isFalse();
        assertThat(other.text("workflowId")).isEqualTo(first.text("id"));
    }

    @Test
    void takesTheCallersIdAndRejectsAnotherInputUnderIt() {
        Response first = server.post(PATH + "?id=my:order@1.a_b-c", ORDER);
        Response again = server.post(PATH + "?id=my:order@1.a_b-c", ORDER);
        Response other = server.post("/v1/workflows/test.fails?id=my:order@1.a_b-c", ORDER);

        assertThat(first.text("id")).isEqualTo("my:order@1.a_b-c");
        assertThat(again.text("id")).isEqualTo("my:order@1.a_b-c");
        other.assertProblem(409, "ID_CONFLICT");
    }

    @Test
    void rejectsAnIdOfTheGeneratedFormThatWasNeverGenerated() {
        server.post(PATH + "?id=h1" + "0".repeat(32), ORDER)
                .assertProblem(400, "INVALID_INPUT")
                .assertField("id");
    }

    @Test
    void rejectsKeyAndIdTogether() {
        server.post(PATH + "?id=a", ORDER, "Idempotency-Key", "b")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "priority"})
    void rejectsParametersThatAreNotBuiltYet(String name) {
        server.post(PATH + "?" + name + "=1", ORDER)
                .assertProblem(400, "NOT_BUILT_YET")
                .assertField(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"P2D", "PT12H", "2126-01-31T12:00:00Z", "2126-01-31T12:00:00%2B02:00"})
    void takesADeadline(String deadline) {
        String id = server.post(PATH + "?deadline=" + deadline, ORDER).text("id");

        assertThat(server.get("/v1/workflows/" + id).text("deadline")).endsWith("Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PT0S", "-P1D", "P40000D", "P99999999999999999999D", "2d", "tomorrow", "1"})
    void rejectsADeadlineThatIsNone(String deadline) {
        server.post(PATH + "?deadline=" + deadline, ORDER)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("deadline");
    }

    @ParameterizedTest
    @ValueSource(strings = {"P2D", "PT12H", "P366D", "WITHIN_A_YEAR"})
    void delaysTheStart(String delay) {
        String value = delay.equals("WITHIN_A_YEAR")
                ? Instant.now().plus(Duration.ofDays(300)).toString()
                : delay;
        Response response = server.post(PATH + "?delay=" + value, ORDER, "Prefer", "wait=0");

        response.assertStatus().isEqualTo(202);
        assertThat(response.text("status")).isEqualTo("QUEUED");
        var shown = server.get("/v1/workflows/" + response.text("id")).json();
        assertThat(shown.path("status").asString()).isEqualTo("QUEUED");
        assertThat(shown.path("startedAt").isNull()).isTrue();
        assertThat(shown.path("waitingFor").path("kind").asString()).isEqualTo("timer");
        assertThat(Instant.parse(shown.path("waitingFor").path("until").asString()))
                .isAfter(Instant.now().plus(Duration.ofHours(11)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.1S", "2020-01-31T12:00:00Z"})
    void startsWithinTheWaitIfTheDelayIsOver(String delay) {
        Response response = server.post(PATH + "?delay=" + delay, ORDER, "Prefer", "wait=20");

        response.assertStatus().isEqualTo(200);
        assertThat(response.text("status")).isEqualTo("COMPLETED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "-PT1S", "P367D", "P1Y", "2d", "tomorrow", "1", "P99999999999999999999D"})
    void rejectsADelayThatIsNone(String delay) {
        server.post(PATH + "?delay=" + delay, ORDER)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("delay");
    }

    @Test
    void rejectsAStartOverAYearAhead() {
        server.post(PATH + "?delay=2126-01-31T12:00:00Z", ORDER)
                .assertProblem(400, "INVALID_INPUT")
                .assertField("delay");
    }

    @ParameterizedTest
    @ValueSource(strings = {"verison=1", "Id=a", "label=a", "label.=", "wait=5", "x"})
    void rejectsUnknownParameters(String pair) {
        Response response = server.post(PATH + "?" + pair, ORDER);

        response.assertStatus().isEqualTo(400);
        response.assertField(pair.split("=", 2)[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"version=0", "version=x", "version=", "id=", "id=a%20b", "id=%00", "id=a&id=b"})
    void rejectsValuesThatCannotBe(String query) {
        server.post(PATH + "?" + query, ORDER)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField(query.split("=", 2)[0]);
    }

    @Test
    void rejectsIdsAndKeysThatAreTooLongOrOfOtherCharacters() {
        String most = "k".repeat(200);
        server.post(PATH + "?id=" + most, ORDER).assertStatus().isEqualTo(202);
        server.post(PATH + "?id=" + most + "k", ORDER).assertProblem(400, "INVALID_PARAMETER");
        server.post(PATH, ORDER, "Idempotency-Key", most + "k").assertProblem(400, "INVALID_PARAMETER");
        server.post(PATH, ORDER, "Idempotency-Key", "a b")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("Idempotency-Key");
        server.post(PATH, ORDER, "Idempotency-Key", "a", "Idempotency-Key", "b")
                .assertProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void keepsLabelsUpToTheirLimits() {
        StringBuilder query =
                new StringBuilder("?label.tenant=" + URLEncoder.encode("acme & söhne", StandardCharsets.UTF_8));
        for (int i = 1; i < 20; i++) {
            query.append("&label.")
                    .append("n".repeat(198))
                    .append(10 + i)
                    .append('=')
                    .append("v".repeat(200));
        }
        Response response = server.post(PATH + query, ORDER);
        response.assertStatus().isEqualTo(202);

        var labels = server.get("/v1/workflows/" + response.text("id")).json().path("labels");
        assertThat(labels.size()).isEqualTo(20);
        assertThat(labels.path("tenant").asString()).isEqualTo("acme & söhne");

        server.post(PATH + query + "&label.more=1", ORDER).assertProblem(400, "INVALID_PARAMETER");
        server.post(PATH + "?label.a=" + "v".repeat(201), ORDER)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("label.a");
        server.post(PATH + "?label.a=%00", ORDER).assertProblem(400, "INVALID_PARAMETER");
    }

    @Test
    void rejectsDefinitionsAndVersionsThatAreNotRegistered() {
        server.post("/v1/workflows/test.nothing", ORDER).assertProblem(404, "UNKNOWN_DEFINITION");
        server.post("/v1/workflows/Not-A-Name", ORDER).assertProblem(404, "UNKNOWN_DEFINITION");
        server.post("/v1/workflows/" + "n".repeat(101), ORDER).assertProblem(404, "UNKNOWN_DEFINITION");
        server.post(PATH + "?version=3", ORDER).assertProblem(404, "UNKNOWN_DEFINITION");
    }
}
