package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ListTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String parked;

    @BeforeAll
    static void start() {
        for (int i = 0; i < 5; i++) {
            server.run("test.order?label.number=" + i + "&label.tenant=acme", ORDER);
        }
        server.run("test.fails?label.tenant=acme", ORDER);
        parked = server.run("test.parks", ORDER).text("id");
    }

    private static List<String> column(String query, String member) {
        List<String> values = new ArrayList<>();
        for (JsonNode item : page(query).path("items")) {
            values.add(item.path(member).asString());
        }
        return values;
    }

    private static JsonNode page(String query) {
        Response response = server.get("/v1/workflows" + query);
        response.assertStatus().isEqualTo(200);
        assertThat(response.json().propertyNames()).containsExactly("items", "next");
        return response.json();
    }

    @Test
    void listsTheNewestFirst() {
        assertThat(column("", "type"))
                .containsExactly(
                        "test.parks",
                        "test.fails",
                        "test.order",
                        "test.order",
                        "test.order",
                        "test.order",
                        "test.order");
        assertThat(page("").path("next").isNull()).isTrue();
        assertThat(page("").path("items").path(0).has("links")).isFalse();
    }

    @Test
    void filtersByTypeStatusAndLabels() {
        assertThat(column("?type=test.order", "type")).hasSize(5);
        assertThat(column("?status=FAILED,dead_lettered", "status")).containsExactly("DEAD_LETTERED", "FAILED");
        assertThat(column("?label.tenant=acme", "id")).hasSize(6);
        assertThat(column("?label.tenant=acme&label.number=3", "id")).hasSize(1);
        assertThat(column("?type=test.order&status=FAILED", "id")).isEmpty();
        assertThat(column("?status=DEAD_LETTERED", "id")).containsExactly(parked);
    }

    @Test
    void filtersByTheTimeOfAcceptance() {
        String created = column("?status=FAILED", "createdAt").getFirst();

        assertThat(column("?before=" + created, "type")).hasSize(5).doesNotContain("test.fails");
        assertThat(column("?after=" + created, "type")).containsExactly("test.parks", "test.fails");
        assertThat(column("?after=" + Instant.now().plusSeconds(60), "id")).isEmpty();
        assertThat(column("?after=2026-01-01T00:00:00%2B02:00", "id")).isNotNull();
    }

    @Test
    void filtersByWhatIsAwaited() {
        try (ServerFixture other = ServerFixture.start()) {
            String awaits = other.startAwaiting();
            String sleeps = other.startSleeping();

            for (String wait : new String[] {"signal", "signal:approval", "signal:approval&type=test.approves"}) {
                assertThat(ids(other, wait)).containsExactly(awaits);
            }
            assertThat(ids(other, "timer&status=waiting")).containsExactly(sleeps);
            assertThat(ids(other, "signal:other")).isEmpty();
            assertThat(ids(other, "retry:x%20y%2Fz")).isEmpty();
            assertThat(other.get("/v1/workflows?waiting-for=sleep").text("detail"))
                    .contains("\"sleep\": expected one of retry, timer, signal, child, version, or one with a name");
        }
    }

    private static List<String> ids(ServerFixture other, String wait) {
        return other.get("/v1/workflows?waiting-for=" + wait)
                .json()
                .path("items")
                .findValuesAsString("id");
    }

    @Test
    void pagesThroughEverythingOnce() {
        List<String> seen = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = page("?limit=2" + cursor);
            page.path("items").forEach(item -> seen.add(item.path("id").asString()));
            cursor = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").asString();
        } while (!cursor.isEmpty());

        assertThat(seen).isEqualTo(column("", "id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "step", "version"})
    void rejectsFiltersThatAreNotBuiltYet(String name) {
        server.get("/v1/workflows?" + name + "=1")
                .assertProblem(400, "NOT_BUILT_YET")
                .assertField(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=501",
                "limit=x",
                "status=DONE",
                "status=",
                "status=FAILED,",
                "type=A",
                "type=%00",
                "waiting-for=",
                "waiting-for=x",
                "waiting-for=signal:",
                "waiting-for=signal:%00",
                "parent=",
                "parent=%00",
                "after=yesterday",
                "after=2026-01-01",
                "before=%2B99999-01-01T00:00:00Z",
                "cursor=",
                "cursor=%00",
                "cursor=x",
                "label.a=%00"
            })
    void rejectsValuesThatCannotBe(String query) {
        Response response = server.get("/v1/workflows?" + query);

        response.assertStatus().isEqualTo(400);
        response.assertField(query.split("=", 2)[0]);
    }

    @Test
    void rejectsUnknownParameters() {
        server.get("/v1/workflows?tpye=x")
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("tpye");
    }
}
