package dev.holdfast.server.openapi;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.memory.MemoryHoldfast;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.HoldfastServer;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.RawRequest;
import dev.holdfast.server.openapi.OpenApi.Operation;
import dev.holdfast.server.routes.DeafNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every response of the OpenAPI document occurs, and fits the document. */
class OpenApiResponsesTest {
    private static final String REASON = "{\"reason\":\"mended\"}";
    private static final String KEEP = "{\"keep\":\"P30D\",\"reason\":\"mended\"}";
    private static final int OVER_THE_LIMIT = (1 << 20) + 1;

    private final OpenApi document = OpenApi.document();
    private final Exercised exercised = new Exercised();

    @Test
    void everyPromisedAnswerIsGivenAsDescribed() throws InterruptedException {
        try (ServerFixture server = ServerFixture.start()) {
            rejections(server);
            node(server);
            workflows(server);
            waits(server);
            cancel(server);
            deadLetters(server);
            doubt(server);
            removal(server);
            retention(server);
            undecided(server);
        }
        keys();
        overloaded();
        notJoined();
        withoutMetrics();

        assertThat(exercised.missing()).isEmpty();
    }

    private Response get(ServerFixture server, String target) {
        return take("GET", target, server.get(target));
    }

    private Response post(ServerFixture server, String target, String json, String... headers) {
        return take("POST", target, server.post(target, json, headers));
    }

    private Response delete(ServerFixture server, String target) {
        return take("DELETE", target, server.delete(target));
    }

    private Response take(String method, String target, Response response) {
        String path = target.split("\\?", 2)[0];
        return exercised.take(document.operation(method, path).orElseThrow(), response);
    }

    private Response raw(ServerFixture server, Operation operation, String path, String headers, String body) {
        String request = operation.method() + " " + path + " HTTP/1.1\r\n" + headers
                + (headers.contains("Length") ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body;
        return exercised.take(operation, RawRequest.send(server.server.port(), request));
    }

    /** The errors of each route, by documented status. */
    private void rejections(ServerFixture server) {
        String local = "Host: 127.0.0.1\r\n";
        String json = local + "Content-Type: application/json\r\n";
        for (Operation operation : document.operations()) {
            boolean submits = operation.toString().equals("POST /v1/workflows/{name}");
            String path = operation.at(submits ? "test.order" : "nobody");
            String body = submits ? ORDER : body(operation);
            for (String status : operation.statuses()) {
                switch (status) {
                    case OpenApi.DEFAULT -> raw(server, operation, path, "Host: evil.example\r\n", "");
                    case "400" -> raw(server, operation, path + "?colour=red", json, body);
                    case "404" -> raw(server, operation, unknown(operation), json, body);
                    case "413" -> raw(server, operation, path, json + "Content-Length: " + OVER_THE_LIMIT + "\r\n", "");
                    case "415" -> raw(server, operation, path, local, body);
                    default -> {} // covered by a scenario of its own
                }
            }
        }
    }

    private static String body(Operation operation) {
        return switch (operation.method()) {
            case "GET" -> "";
            case "PUT" -> KEEP;
            default -> REASON;
        };
    }

    /** Requests an unknown id, with all required parameters. */
    private String unknown(Operation operation) {
        return operation.at("nobody") + document.requiredQuery(operation);
    }

    private void withoutMetrics() {
        try (Holdfast holdfast = MemoryHoldfast.create().start();
                HoldfastServer server = HoldfastServer.on(holdfast).port(0).start();
                TestClient client = new TestClient(server::url)) {
            take("GET", "/metrics", client.get("/metrics")).assertProblem(404, "NO_SUCH_PATH");
        }
    }

    private void node(ServerFixture server) {
        for (String path : new String[] {
            "/health/live",
            "/health/started",
            "/health/ready",
            "/metrics",
            "/openapi",
            "/v1/definitions",
            "/v1/nodes",
            "/v1/audit",
            "/v1/adopt"
        }) {
            get(server, path).assertStatus().isEqualTo(200);
        }
        post(server, "/v1/adopt", REASON).assertStatus().isEqualTo(200);
    }

    private void workflows(ServerFixture server) {
        String order = "/v1/workflows/test.order";
        post(server, order + "?label.tenant=acme", ORDER, "Idempotency-Key", "k1")
                .assertStatus()
                .isEqualTo(202);
        post(server, order, ORDER.replace('3', '4'), "Idempotency-Key", "k1").assertProblem(409, "KEY_CONFLICT");
        for (String type : new String[] {"test.order", "test.fails"}) {
            String id = post(server, "/v1/workflows/" + type, ORDER, "Prefer", "wait=20")
                    .text("id");
            get(server, "/v1/workflows/" + id).assertStatus().isEqualTo(200);
            get(server, "/v1/workflows/" + id + "/history").assertStatus().isEqualTo(200);
            get(server, "/v1/workflows/" + id + "/result").assertStatus().isIn(200, 409);
            post(server, "/v1/workflows/" + id + "/cancel", REASON).assertProblem(409, "WORKFLOW_ENDED");
            for (String act : new String[] {"/terminate", "/pause", "/resume"}) {
                post(server, "/v1/workflows/" + id + act, REASON).assertProblem(409, "WORKFLOW_ENDED");
            }
            post(server, "/v1/workflows/" + id + "/signals/approval", REASON).assertProblem(409, "WORKFLOW_ENDED");
        }
        get(server, "/v1/workflows").assertStatus().isEqualTo(200);
    }

    private void waits(ServerFixture server) {
        String waiting = "/v1/workflows/" + server.startAwaiting();
        post(server, waiting + "/signals/other", REASON).assertStatus().isEqualTo(202);
        get(server, waiting).assertStatus().isEqualTo(200);
        String callback = server.startCalling();
        post(server, callback, REASON).assertStatus().isEqualTo(200);
        post(server, callback + "AAAA", REASON).assertProblem(404, "UNKNOWN_CALLBACK");
        post(server, waiting + "/resume?wait=20", REASON).assertProblem(409, "NOT_PAUSED");
        for (String act : new String[] {"/pause", "/resume"}) {
            post(server, waiting + act + "?wait=20", REASON).assertStatus().isEqualTo(200);
        }
        get(server, waiting + "/history").assertStatus().isEqualTo(200);
        String published = "/v1/workflows/"
                + server.post("/v1/workflows/test.publishes", ORDER).text("id");
        post(server, published + "/signals/approval", "{\"by\":\"ann\"}")
                .assertStatus()
                .isEqualTo(202);
        server.get(published + "/result?wait=20").assertStatus().isEqualTo(200);
        get(server, published + "/published").assertStatus().isEqualTo(200);
        get(server, published + "/history").assertStatus().isEqualTo(200);
        get(server, published + "/events").assertStatus().isEqualTo(200);
        get(server, published + "/export").assertStatus().isEqualTo(200);
    }

    private void keys() {
        try (ServerFixture server = ServerFixture.start();
                TestClient admin = server.client(Role.ADMIN)) {
            String wanted = "{\"name\":\"shop\",\"role\":\"viewer\"}";
            Response made = take("POST", "/v1/api-keys", admin.post("/v1/api-keys", wanted));
            made.assertStatus().isEqualTo(201);
            take("GET", "/v1/api-keys", admin.get("/v1/api-keys"))
                    .assertStatus()
                    .isEqualTo(200);
            String path = "/v1/api-keys/" + made.text("id");
            take("DELETE", path, admin.send(admin.request(path).DELETE()))
                    .assertStatus()
                    .isEqualTo(200);
            while (server.apiKeys.active().size() < ApiKeys.ACTIVE_MAX) {
                server.apiKeys.make(Role.VIEWER);
            }
            take("POST", "/v1/api-keys", admin.post("/v1/api-keys", wanted)).assertProblem(409, "TOO_MANY_API_KEYS");
        }
    }

    private void cancel(ServerFixture server) {
        String parked = "/v1/workflows/" + server.run("test.parks", ORDER).text("id");
        get(server, parked + "/result").assertStatus().isEqualTo(202);
        post(server, parked + "/cancel?wait=20", REASON).assertStatus().isEqualTo(200);
        Deadline.until(() -> server.get(parked).text("status"), "CANCELLED"::equals);
        get(server, parked + "/result").assertProblem(409, "WORKFLOW_CANCELLED");
        String other = "/v1/workflows/" + server.run("test.parks", ORDER).text("id");
        post(server, other + "/terminate?wait=20", REASON).assertStatus().isEqualTo(200);
        get(server, other + "/history").assertStatus().isEqualTo(200);
    }

    private void deadLetters(ServerFixture server) {
        for (String act : new String[] {"retry", "discard"}) {
            String path = parked(server);
            get(server, path).assertStatus().isEqualTo(200);
            get(server, "/v1/dead-letters").assertStatus().isEqualTo(200);
            post(server, path + "/" + act + "?wait=20", REASON).assertStatus().isEqualTo(200);
            post(server, path + "/" + act, REASON).assertProblem(409, "DEAD_LETTER_CLOSED");
            get(server, path).assertStatus().isEqualTo(200);
        }
    }

    private void doubt(ServerFixture server) {
        String workflow = "/v1/workflows/" + server.run("test.doubts", ORDER).text("id");
        String letter = server.get(workflow).json().at("/links/deadLetter").asString();
        post(server, workflow + "/cancel?wait=20", REASON).assertProblem(409, "STEP_IN_DOUBT");
        post(server, letter + "/retry", REASON).assertProblem(409, "STEP_IN_DOUBT");
        post(server, letter + "/retry?wait=20", "{\"reason\":\"looked\",\"runAgainAnyway\":true}")
                .assertStatus()
                .isEqualTo(200);
        get(server, workflow + "/history").assertStatus().isEqualTo(200);
    }

    private void removal(ServerFixture server) {
        String open = "/v1/workflows/" + server.run("test.parks", ORDER).text("id");
        delete(server, open + "?reason=mended").assertProblem(409, "WORKFLOW_OPEN");
        post(server, open + "/scrub", REASON).assertProblem(409, "WORKFLOW_OPEN");
        for (String type : new String[] {"test.order", "test.fails"}) {
            server.run(type + "?id=" + type, ORDER);
            String ended = "/v1/workflows/" + type;
            post(server, ended + "/scrub?wait=20", REASON).assertStatus().isEqualTo(200);
            get(server, ended).assertStatus().isEqualTo(200);
            get(server, ended + "/history").assertStatus().isEqualTo(200);
            get(server, ended + "/result").assertStatus().isIn(200, 409);
            delete(server, ended + "?reason=mended&wait=20").assertStatus().isEqualTo(200);
            get(server, ended).assertProblem(404, "UNKNOWN_WORKFLOW");
            post(server, "/v1/workflows/" + type + "?id=" + type, ORDER).assertProblem(410, "ERASED");
        }
    }

    private void retention(ServerFixture server) {
        String rule = "/v1/retention/*/FAILED";
        take("PUT", rule, server.put(rule, KEEP)).assertStatus().isEqualTo(200);
        get(server, "/v1/retention").assertStatus().isEqualTo(200);
        delete(server, rule + "?reason=mended").assertStatus().isEqualTo(200);
    }

    /** The path of a new dead letter. */
    private static String parked(ServerFixture server) {
        return server.get("/v1/workflows/" + server.run("test.breaks", ORDER).text("id"))
                .json()
                .at("/links/deadLetter")
                .asString();
    }

    /** Responses while the owner applies no action. */
    private void undecided(ServerFixture server) throws InterruptedException {
        String letter = parked(server);
        String workflow = "/v1/workflows/" + server.get(letter).text("workflowId");
        String ended = "/v1/workflows/" + server.run("test.order", ORDER).text("id");
        try (MemoryStore owner = new MemoryStore(server.database)) {
            owner.join(new DeafNode(), DeafNode.DEFINITIONS);
            delete(server, ended + "?reason=mended").assertStatus().isEqualTo(202);
            for (String path : new String[] {
                letter + "/retry",
                letter + "/discard",
                workflow + "/cancel",
                workflow + "/terminate",
                workflow + "/pause",
                workflow + "/resume",
                ended + "/scrub"
            }) {
                post(server, path, REASON).assertStatus().isEqualTo(202);
            }
        }
    }

    private void overloaded() {
        try (ServerFixture small = ServerFixture.start(Map.of("requests-max", "1"));
                RawRequest waiting = new RawRequest(small.server.port())) {
            waiting.write("POST /v1/workflows/test.waits HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait=60\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + ORDER.length() + "\r\n\r\n" + ORDER);
            Deadline.until(
                    () -> small.engine.admin().list(WorkflowFilter.newest(1)).items(), list -> !list.isEmpty());

            whereNamed("429", small);
        }
    }

    private void notJoined() {
        try (ServerFixture server = ServerFixture.beforeJoining()) {
            whereNamed("503", server);
        }
    }

    /** Sends a request to every route that documents the status. */
    private void whereNamed(String status, ServerFixture server) {
        for (Operation operation : document.operations()) {
            if (operation.statuses().contains(status)) {
                raw(
                                server,
                                operation,
                                unknown(operation),
                                "Host: 127.0.0.1\r\nContent-Type: application/json\r\n",
                                body(operation))
                        .assertStatus()
                        .isEqualTo(Integer.parseInt(status));
            }
        }
    }
}
