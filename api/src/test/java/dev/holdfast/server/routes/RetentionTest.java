package dev.holdfast.server.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Retention rules over HTTP. */
class RetentionTest {
    private static final String RULES = "/v1/retention";
    private static final String BECAUSE = "?reason=tidy";
    private static final String NOTHING = "{\"items\":[],\"next\":null}";

    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    private static String keep(String time) {
        return "{\"keep\":\"" + time + "\",\"reason\":\"tidy\"}";
    }

    private static String rule(String definition, String status, String keep) {
        return "{\"definition\":\"" + definition + "\",\"status\":\"" + status + "\",\"keep\":\"" + keep + "\"}";
    }

    @Test
    void areSetListedAndDropped() {
        assertThat(server.get(RULES).body()).isEqualTo(NOTHING);
        assertThat(server.put(RULES + "/orders/failed", keep("P30D")).body())
                .isEqualTo(rule("orders", "FAILED", "P30D"));
        assertThat(server.put(RULES + "/*/%2A", keep("forever")).body()).isEqualTo(rule("*", "*", "forever"));
        server.put(RULES + "/orders/FAILED", keep("PT36H")).assertStatus().isEqualTo(200);
        assertThat(server.get(RULES).body())
                .isEqualTo("{\"items\":[" + rule("*", "*", "forever") + "," + rule("orders", "FAILED", "PT36H")
                        + "],\"next\":null}");

        Response dropped = server.delete(RULES + "/orders/FAILED" + BECAUSE);

        dropped.assertStatus().isEqualTo(200);
        assertThat(dropped.body()).isEqualTo(rule("orders", "FAILED", "PT36H"));
        server.delete(RULES + "/orders/FAILED" + BECAUSE).assertProblem(404, "UNKNOWN_RETENTION_RULE");
        server.delete(RULES + "/*/FAILED" + BECAUSE).assertProblem(404, "UNKNOWN_RETENTION_RULE");
        assertThat(server.delete(RULES + "/%2a/*" + BECAUSE).body()).isEqualTo(rule("*", "*", "forever"));
        assertThat(server.get(RULES).body()).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource({
        "P1D, P1D",
        "PT24H, P1D",
        "P30D, P30D",
        "PT25H, PT25H",
        "P36500D, P36500D",
        "P1DT0.5S, P1D",
        "forever, forever"
    })
    void areAtLeastADay(String keep, String expected) {
        assertThat(server.put(RULES + "/orders/*", keep(keep)).text("keep")).isEqualTo(expected);
        assertThat(server.get(RULES).body()).contains("\"keep\":\"" + expected + "\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT23H59M59.9S",
                "P0D",
                "-P30D",
                "P36501D",
                "30d",
                "30",
                "P1M",
                "P1Y",
                "P",
                "",
                "Forever",
                "never",
                "P99999999999999999999D"
            })
    void areRejectedNamingKeep(String keep) {
        server.put(RULES + "/orders/FAILED", keep(keep))
                .assertProblem(400, "INVALID_INPUT")
                .assertField("keep");
        assertThat(server.get(RULES).body()).isEqualTo(NOTHING);
    }

    @Test
    void areReadStrictly() {
        String path = RULES + "/orders/FAILED";
        for (String json : new String[] {"{\"reason\":\"a\"}", "{\"keep\":null,\"reason\":\"a\"}"}) {
            server.put(path, json).assertProblem(400, "INVALID_INPUT").assertField("keep");
        }
        server.put(path, "{\"keep\":30,\"reason\":\"a\"}").assertProblem(400, "INVALID_INPUT");
        for (String json : new String[] {"{\"keep\":\"P30D\"}", "{\"keep\":\"P30D\",\"reason\":\" \"}"}) {
            server.put(path, json).assertProblem(400, "INVALID_INPUT").assertField("reason");
        }
        server.put(path, "{\"keep\":\"P30D\",\"reason\":\"a\",\"actor\":\"ann\"}")
                .assertProblem(400, "INVALID_INPUT")
                .assertField("actor");
        for (String json : new String[] {"", "{", "[]", "3", "null", keep("P30D") + "{}"}) {
            server.put(path, json).assertProblem(400, "INVALID_INPUT");
        }
        server.send(server.request(path).PUT(BodyPublishers.ofString(keep("P30D"))))
                .assertProblem(415, "UNSUPPORTED_MEDIA_TYPE");
        server.put(path + BECAUSE, keep("P30D")).assertProblem(400, "UNKNOWN_PARAMETER");
        assertThat(server.get(RULES).body()).isEqualTo(NOTHING);
    }

    @ParameterizedTest
    @CsvSource({
        "Orders, FAILED, definition",
        "a%20b, FAILED, definition",
        "**, FAILED, definition",
        "orders, RUNNING, status",
        "orders, DEAD_LETTERED, status",
        "orders, nothing, status",
        "orders, **, status",
    })
    void nameWhatThereCanBe(String definition, String status, String field) {
        String path = RULES + "/" + definition + "/" + status;
        server.put(path, keep("P30D")).assertProblem(400, "INVALID_PARAMETER").assertField(field);
        server.delete(path + BECAUSE).assertProblem(400, "INVALID_PARAMETER").assertField(field);
    }

    @Test
    void areNotDroppedWithoutAReason() {
        String path = RULES + "/orders/FAILED";
        server.put(path, keep("P30D")).assertStatus().isEqualTo(200);
        server.delete(path).assertProblem(400, "INVALID_PARAMETER").assertField("reason");
        server.delete(path + "?reason=%20")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("reason");
        server.delete(path + BECAUSE + "&wait=1")
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("wait");
        assertThat(server.get(path).assertProblem(405, "METHOD_NOT_ALLOWED").header("Allow"))
                .contains("PUT, DELETE");
        assertThat(server.get(RULES).body()).contains("orders");
    }

    @Test
    void areForAdminsToChangeAndForViewersToSee() {
        try (TestClient viewer = server.client(Role.VIEWER);
                TestClient operator = server.client(Role.OPERATOR);
                TestClient admin = server.client(Role.ADMIN)) {
            operator.put(RULES + "/*/*", keep("P30D")).assertProblem(403, "FORBIDDEN");
            admin.put(RULES + "/*/*", keep("P30D")).assertStatus().isEqualTo(200);
            operator.delete(RULES + "/*/*" + BECAUSE).assertProblem(403, "FORBIDDEN");
            assertThat(viewer.get(RULES).body()).contains("P30D");
        }
    }

    /** Fails closed: the list, and rules for any definition, cover definitions outside the scopes too. */
    @Test
    void areChangedByScopedKeysOnlyWithin() {
        server.put(RULES + "/*/*", keep("P30D"));
        server.put(RULES + "/other.one/*", keep("P30D"));
        try (TestClient viewer = server.client(Role.VIEWER, "test.");
                TestClient admin = server.client(server.apiKeys.scopedAdmin("test."));
                TestClient all = server.client(Role.VIEWER)) {
            viewer.get(RULES).assertProblem(403, "FORBIDDEN");
            admin.get(RULES).assertProblem(403, "FORBIDDEN");
            for (String path : new String[] {"/*/*", "/*/FAILED", "/%2A/*", "/other.one/*", "/test/*"}) {
                admin.put(RULES + path, keep("P1D")).assertProblem(403, "FORBIDDEN");
                admin.delete(RULES + path + BECAUSE).assertProblem(403, "FORBIDDEN");
            }
            assertThat(all.get(RULES).body()).doesNotContain("P1D\"").contains("other.one");
            admin.put(RULES + "/test.order/*", keep("P2D")).assertStatus().isEqualTo(200);
            admin.delete(RULES + "/test.order/*" + BECAUSE).assertStatus().isEqualTo(200);
        }
    }
}
