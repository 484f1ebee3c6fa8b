package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Dead letters: listed and shown. */
class DeadLetterTest {
    private static final String PATH = "/v1/dead-letters";
    private static final String REASON = "{\"reason\":\"mended\"}";

    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    private JsonNode list(String query) {
        Response response = server.get(PATH + query);
        response.assertStatus().isEqualTo(200);
        return response.json().path("items");
    }

    private List<String> ids(String query) {
        return list(query).valueStream().map(item -> item.path("id").asString()).toList();
    }

    @Test
    void showsTheMembersOfTheContract() {
        String id = server.park("test.parks");
        JsonNode item = list("").path(0);
        JsonNode letter = server.get(PATH + "/" + id).json();

        List<String> members = List.of(
                "id",
                "workflowId",
                "type",
                "version",
                "parkedAt",
                "cause",
                "step",
                "position",
                "branch",
                "idempotencyKey",
                "attempts",
                "error",
                "open");
        assertThat(item.propertyNames()).containsExactlyElementsOf(members);
        assertThat(letter.propertyNames())
                .startsWith(members.toArray(String[]::new))
                .endsWith("stack", "links");
        members.forEach(member -> assertThat(letter.path(member)).isEqualTo(item.path(member)));
        assertThat(letter.path("id").asString()).isEqualTo(id);
        assertThat(letter.path("type").asString()).isEqualTo("test.parks");
        assertThat(letter.path("cause").asString()).isEqualTo("RETRIES_EXHAUSTED");
        assertThat(letter.path("step").asString()).isEqualTo("break");
        assertThat(letter.path("position").asInt()).isZero();
        assertThat(letter.path("attempts").asInt()).isEqualTo(1);
        assertThat(letter.path("error"))
                .hasToString("{\"class\":\"java.lang.IllegalStateException\",\"message\":\"broken\"}");
        assertThat(letter.path("open").asBoolean()).isTrue();
        assertThat(letter.path("stack").asString()).contains("java.lang.IllegalStateException: broken\n\tat ");
        assertThat(Instant.parse(letter.path("parkedAt").asString())).isBeforeOrEqualTo(Instant.now());
    }

    @Test
    void linksToWhatCanBeDoneNow() {
        JsonNode open = server.get(PATH + "/" + server.park("test.parks")).json();
        JsonNode links = open.path("links");

        assertThat(links.propertyNames()).containsExactly("self", "workflow", "retry", "discard");
        server.get(links.path("self").asString()).assertStatus().isEqualTo(200);
        server.get(links.path("workflow").asString()).assertStatus().isEqualTo(200);
        server.post(links.path("discard").asString() + "?wait=20", REASON)
                .assertStatus()
                .isEqualTo(200);
        JsonNode closed = server.get(links.path("self").asString()).json();
        assertThat(closed.path("open").asBoolean()).isFalse();
        assertThat(closed.path("links").propertyNames()).containsExactly("self", "workflow");
    }

    @Test
    void whatIsNoStepHasNoPosition() {
        String workflow = server.run("test.bug", ORDER).text("id");

        JsonNode letter = server.get(PATH + "/" + server.deadLetterOf(workflow)).json();

        assertThat(letter.path("cause").asString()).isEqualTo("NON_RETRYABLE");
        assertThat(letter.path("step").isNull()).isTrue();
        assertThat(letter.path("idempotencyKey").isNull()).isTrue();
    }

    @Test
    void listsByFilter() {
        String parks = server.park("test.parks");
        String breaks = server.park("test.breaks");
        String bug = server.park("test.bug");

        assertThat(ids("")).containsExactlyInAnyOrder(bug, breaks, parks);
        assertThat(ids("?type=test.bug")).containsExactly(bug);
        assertThat(ids("?cause=NON_RETRYABLE")).containsExactly(bug);
        assertThat(ids("?cause=retries_exhausted&step=break")).containsExactly(parks);
        assertThat(ids("?step=break-once")).containsExactly(breaks);
        assertThat(ids("?step=nothing")).isEmpty();
        assertThat(ids("?cause=POISON")).isEmpty();
    }

    @Test
    void listsInPages() {
        List<String> all = List.of(server.park("test.parks"), server.park("test.parks"), server.park("test.parks"));
        List<String> paged = new ArrayList<>();
        String query = "?limit=1";
        for (int pages = 0; !query.isEmpty(); pages++) {
            assertThat(pages).isLessThan(4);
            JsonNode page = server.get(PATH + query).json();
            page.path("items").forEach(item -> paged.add(item.path("id").asString()));
            query = page.path("next").isNull()
                    ? ""
                    : "?limit=1&cursor=" + page.path("next").asString();
        }

        assertThat(paged).containsExactlyInAnyOrderElementsOf(all).isEqualTo(ids(""));
    }

    @Test
    void rejectsOtherQuestions() {
        String causes = server.get(PATH + "?cause=BROKEN")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("cause")
                .text("detail");
        assertThat(causes).contains("\"BROKEN\"").contains("RETRIES_EXHAUSTED").contains("POISON");
        for (String wrong : new String[] {
            "cause=", "limit=0", "limit=501", "limit=x", "type=A%20B", "step=", "step=a%00", "cursor=", "cursor=a%20b"
        }) {
            server.get(PATH + "?" + wrong)
                    .assertProblem(400, "INVALID_PARAMETER")
                    .assertField(wrong.substring(0, wrong.indexOf('=')));
        }
        server.get(PATH + "?cursor=nonsense")
                .assertProblem(400, "INVALID_INPUT")
                .assertField("cursor");
        server.get(PATH + "?step=a&step=a")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("step");
        server.get(PATH + "?status=OPEN")
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("status");
    }

    @Test
    void rejectsUnknownDeadLetters() {
        String known = server.park("test.parks");
        for (String id : List.of("nobody", "nobody.1", "groups", known + "1", "h1" + "0".repeat(32) + ".1")) {
            server.get(PATH + "/" + id).assertProblem(404, "UNKNOWN_DEAD_LETTER");
        }
        server.get(PATH + "/a%20b").assertProblem(400, "INVALID_PARAMETER").assertField("id");
        server.get(PATH + "/" + known + "?stack=true").assertProblem(400, "UNKNOWN_PARAMETER");
    }
}
