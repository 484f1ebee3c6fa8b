package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The audit log of a whole node, on a real PostgreSQL. */
@Timeout(120)
class AuditNodeTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Node node = new Node(
            NodeConfig.named(
                    "audited",
                    ServerConfig.of(new Settings(Map.of("port", "0"))),
                    StoreConfig.postgres(DatabaseSettings.of(database.jdbcUrl()))),
            (builder, source, allowHalt) -> new TestWorkflows().register(builder));

    private JsonNode made;
    private TestClient ann;

    @BeforeEach
    void start() {
        made = JsonMapper.shared()
                .readTree(PostgresNodeStore.createKey(
                        DatabaseSettings.of(database.jdbcUrl()),
                        "ann",
                        "admin",
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
        node.start();
        ann = new TestClient(node::url, Optional.of(made.path("key").asString()));
    }

    @AfterEach
    void stop() {
        ann.close();
        node.close();
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    @Test
    void aSubmissionHasItsSubmitterAndRequestId() throws SQLException {
        String[][] headers = {{"X-Request-Id", "call-1"}, {"X-Request-Id", "call-2", "Idempotency-Key", "k"}};
        for (String[] sent : headers) {
            ann.post("/v1/workflows/test.order", ORDER, sent).assertStatus().isEqualTo(202);
        }
        assertThat(rows("select concat_ws(' ', actor, role, request_id) from holdfast.workflow order by request_id"))
                .containsExactly("ann ADMIN call-1", "ann ADMIN call-2");
    }

    @Test
    void aDecisionHasTwoRowsAndNothingOfTheInput() throws SQLException {
        String workflow = ann.post(
                        "/v1/workflows/test.parks", "{\"item\":\"sesame\",\"quantity\":3}", "Prefer", "wait=20")
                .text("id");
        ann.post("/v1/workflows/" + workflow + "/terminate?wait=20", "{\"reason\":\"ordered twice\"}")
                .assertStatus()
                .isEqualTo(200);

        assertThat(rows("select concat_ws(' ', decided, action, actor, role, route, arguments, reason, outcome, status)"
                        + " from holdfast.audit where target = '" + workflow + "' order by decided"))
                .containsExactly(
                        "f TERMINATE ann ADMIN POST /v1/workflows/{name}/terminate {\"wait\": \"20\"} ordered twice",
                        "t TERMINATE ann ordered twice APPLIED CANCELLED");
        assertThat(rows("select audit::text from holdfast.audit")).noneMatch(row -> row.contains("sesame"));
        assertThat(ann.get("/v1/audit?target=" + workflow)
                        .json()
                        .at("/items/0/role")
                        .asString())
                .isEqualTo("ADMIN");
    }

    @Test
    void changesOfKeysHaveTwoRowsAndNothingOfTheKey() throws SQLException {
        Response shop = ann.post(
                "/v1/api-keys",
                "{\"name\":\"shop\",\"role\":\"viewer\",\"scopes\":[\"shop.\",\"pay.\"],\"expiresIn\":\"1h\","
                        + "\"reason\":\"a new shop\"}");
        ann.send(ann.request("/v1/api-keys/" + shop.text("id") + "?reason=it%20has%20closed")
                        .DELETE())
                .assertStatus()
                .isEqualTo(200);
        String nobodys = "3c9e0f3a-8a55-4d0e-9f43-6a0d4fb8c6d1";
        ann.send(ann.request("/v1/api-keys/" + nobodys).DELETE()).assertProblem(404, "UNKNOWN_API_KEY");

        String first = made.path("id").asString();
        assertThat(rows("select concat_ws(' ', action, target, actor, role, route, reason, outcome)"
                        + " from holdfast.audit order by at, decided"))
                .containsExactly(
                        "CREATE_KEY " + first + " database not given",
                        "CREATE_KEY " + first + " database not given APPLIED",
                        "CREATE_KEY " + shop.text("id") + " ann ADMIN POST /v1/api-keys a new shop",
                        "CREATE_KEY " + shop.text("id") + " ann a new shop APPLIED",
                        "REVOKE_KEY " + shop.text("id") + " ann ADMIN DELETE /v1/api-keys/{id} it has closed",
                        "REVOKE_KEY " + shop.text("id") + " ann it has closed APPLIED",
                        "REVOKE_KEY " + nobodys + " ann ADMIN DELETE /v1/api-keys/{id} not given",
                        "REVOKE_KEY " + nobodys + " ann not given REFUSED");
        JsonNode arguments = ann.get("/v1/audit?target=" + shop.text("id") + "&action=create_key")
                .json()
                .at("/items/0/arguments");
        assertThat(arguments.toString())
                .isEqualTo("{\"expiresIn\":\"PT1H\",\"name\":\"shop\",\"prefix\":\"" + shop.text("prefix")
                        + "\",\"role\":\"VIEWER\",\"scopes\":\"shop. pay.\"}");
        String secret = shop.text("key").substring(12);
        assertThat(rows("select audit::text from holdfast.audit")).noneMatch(row -> row.contains(secret));
    }

    @Test
    void aRejectedRequestHasOneRow() {
        try (TestClient unauthenticated = new TestClient(node::url)) {
            unauthenticated.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
        }
        JsonNode row = Deadline.until(
                () -> ann.get("/v1/audit?action=refused").json().at("/items/0"), item -> !item.isMissingNode());

        assertThat(row.path("actor").asString()).isEqualTo("unauthenticated");
        assertThat(row.path("target").asString()).isEqualTo("GET /v1/nodes");
        assertThat(row.path("decided").asBoolean()).isTrue();
        assertThat(row.path("outcome").asString()).isEqualTo("REFUSED");
        assertThat(row.path("requestId").isString()).isTrue();
    }
}
