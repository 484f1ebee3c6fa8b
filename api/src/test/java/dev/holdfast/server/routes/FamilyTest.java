package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.openapi.OpenApi;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Parents, children and branches of one workflow. */
class FamilyTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    /** Has two children, of which one waits; started another workflow; and waits itself. */
    private static JsonNode parent;

    @BeforeAll
    static void start() {
        server.post("/v1/workflows/test.family?id=family-1", ORDER)
                .assertStatus()
                .isEqualTo(202);
        parent = Deadline.until(
                () -> show("family-1"),
                workflow -> workflow.path("waits").size() == 2
                        && children("&status=COMPLETED").size() == 1
                        && children("&status=WAITING").size() == 1);
    }

    private static JsonNode show(String id) {
        Response response = server.get("/v1/workflows/" + id);
        response.assertStatus().isEqualTo(200);
        return response.json();
    }

    private static List<JsonNode> children(String query) {
        return list("?parent=family-1" + query);
    }

    private static List<JsonNode> list(String query) {
        return items(server.get("/v1/workflows" + query));
    }

    private static List<JsonNode> items(Response response) {
        response.assertStatus().isEqualTo(200);
        return response.json().path("items").valueStream().toList();
    }

    @Test
    void showsTheParentOfAChildAndItsCall() {
        JsonNode child =
                show(children("&type=test.approves").getFirst().path("id").asString());

        assertThat(child.path("parent")).hasToString("{\"id\":\"family-1\",\"branch\":\"1.1\",\"call\":0}");
        assertThat(child.path("startedBy").isNull()).isTrue();
        assertThat(child.path("links").path("parent").asString()).isEqualTo("/v1/workflows/family-1");
        assertThat(child.path("links").has("children")).isFalse();
        assertThat(parent.path("parent").isNull()).isTrue();
        assertThat(parent.path("links").has("parent")).isFalse();
    }

    @Test
    void theDocumentDescribesFamilies() {
        OpenApi document = OpenApi.document();
        String child = children("&type=test.approves").getFirst().path("id").asString();
        for (String path : List.of("family-1", child, "family-1/history")) {
            String target = "/v1/workflows/" + path;
            document.assertDescribes(document.operation("GET", target).orElseThrow(), server.get(target));
        }
        document.assertDescribes(
                document.operation("GET", "/v1/workflows").orElseThrow(), server.get("/v1/workflows?parent=family-1"));
        String lost = server.run("test.race", ORDER).text("id");
        String target = "/v1/workflows/" + lost + "/history";
        Response history = server.get(target);
        document.assertDescribes(document.operation("GET", target).orElseThrow(), history);
        assertThat(items(history))
                .extracting(item -> item.path("name").asString())
                .contains("join", "stop");
    }

    /** The step is the first one of its branch, behind another call. */
    @Test
    void aDeadLetterNamesItsBranch() {
        String id = server.park("test.parks-in-branch");
        JsonNode letter = server.get("/v1/dead-letters/" + id).json();

        assertThat(letter.path("branch").asString()).isEqualTo("0.1");
        assertThat(letter.path("position").asInt()).isZero();
        assertThat(letter.path("step").asString()).isEqualTo("break");
    }

    @Test
    void linksToTheChildren() {
        String link = parent.path("links").path("children").asString();

        assertThat(link).isEqualTo("/v1/workflows?parent=family-1");
        assertThat(list(link.substring("/v1/workflows".length())))
                .extracting(item -> item.path("type").asString())
                .containsExactlyInAnyOrder("test.order", "test.approves");
        assertThat(children(""))
                .allSatisfy(item ->
                        assertThat(item.path("parent").path("id").asString()).isEqualTo("family-1"));
    }

    @Test
    void whatNobodyWaitsForNamesItsStarter() {
        JsonNode started = show(list("?type=test.sleeps").getFirst().path("id").asString());

        assertThat(started.path("startedBy").asString()).isEqualTo("family-1");
        assertThat(started.path("parent").isNull()).isTrue();
        assertThat(started.path("links").path("startedBy").asString()).isEqualTo("/v1/workflows/family-1");
    }

    @Test
    void pagesThroughChildren() {
        List<String> seen = new ArrayList<>();
        JsonNode page = server.get("/v1/workflows?parent=family-1&limit=1").json();
        seen.add(page.path("items").path(0).path("id").asString());
        page = server.get("/v1/workflows?parent=family-1&limit=1&cursor="
                        + page.path("next").asString())
                .json();
        seen.add(page.path("items").path(0).path("id").asString());

        assertThat(page.path("next").isNull()).isTrue();
        assertThat(seen)
                .isEqualTo(children("").stream()
                        .map(item -> item.path("id").asString())
                        .toList());
    }

    @Test
    void anIdWithoutChildrenHasAnEmptyPage() {
        for (String id : List.of("nobody", children("").getFirst().path("id").asString(), "h1" + "0".repeat(32))) {
            assertThat(list("?parent=" + id)).as(id).isEmpty();
        }
    }

    @Test
    void whatIsNoIdIsRefused() {
        for (String id : List.of("", "a%20b", "%00", "x".repeat(201))) {
            server.get("/v1/workflows?parent=" + id)
                    .assertProblem(400, "INVALID_PARAMETER")
                    .assertField("parent");
        }
    }

    /** As every list: a scope is for types. */
    @Test
    void aKeyWithScopesListsChildrenOfItsTypes() {
        try (ServerFixture other = ServerFixture.start()) {
            String id = other.post("/v1/workflows/test.family", ORDER).text("id");
            String query = "/v1/workflows?parent=" + id;
            Deadline.until(() -> items(other.get(query)), children -> children.size() == 2);
            TestClient scoped = other.client(Role.VIEWER, "test.order");

            assertThat(scoped.get(query).status()).isEqualTo(403);
            assertThat(items(scoped.get(query + "&type=test.order"))).hasSize(1);
        }
    }

    @Test
    void showsAllThatItWaitsForAndIsFoundByEach() {
        assertThat(parent.path("waits").valueStream().map(JsonNode::toString))
                .containsExactly(
                        "{\"kind\":\"signal\",\"name\":\"approval\",\"until\":null}",
                        "{\"kind\":\"child\",\"name\":\"test.approves\",\"until\":null}");
        assertThat(parent.path("waitingFor")).isEqualTo(parent.path("waits").path(0));
        for (String wait : List.of("signal", "signal:approval", "child", "child:test.approves")) {
            assertThat(list("?type=test.family&waiting-for=" + wait)).as(wait).hasSize(1);
        }
        assertThat(list("?type=test.family&waiting-for=child:test.order")).isEmpty();
        assertThat(list("?type=test.family").getFirst().has("waits")).isFalse();
    }
}
