package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.MemoryStore;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.OperatorAction;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Erase and scrub. */
class RemovalTest {
    private static final String REASON = "{\"reason\":\"the law\"}";
    private static final String BECAUSE = "?reason=the%20law";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static String path(Response submitted) {
        return "/v1/workflows/" + submitted.text("id");
    }

    @Test
    void erasesWhatHasEndedAndKeepsItsKeyTaken() {
        Response submitted =
                server.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20", "Idempotency-Key", "order-1");

        Response response = server.delete(path(submitted) + BECAUSE + "&wait=20");

        response.assertStatus().isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"id\":\"" + submitted.text("id") + "\",\"status\":\"ERASED\"}");
        for (String part : new String[] {"", "/history", "/result"}) {
            server.get(path(submitted) + part).assertProblem(404, "UNKNOWN_WORKFLOW");
        }
        assertThat(server.get("/v1/workflows?limit=500").body()).doesNotContain(submitted.text("id"));
        server.delete(path(submitted) + BECAUSE).assertProblem(404, "UNKNOWN_WORKFLOW");
        server.post(path(submitted) + "/scrub", REASON).assertProblem(404, "UNKNOWN_WORKFLOW");
        server.post("/v1/workflows/test.order", ORDER, "Idempotency-Key", "order-1")
                .assertProblem(410, "ERASED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"test.order", "test.fails"})
    void scrubsWhatHasEndedAndKeepsTheRecord(String type) {
        Response submitted = server.run(type, ORDER.replace("book", "secret"));

        Response response = server.post(path(submitted) + "/scrub?wait=20", REASON);

        response.assertStatus().isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"id\":\"" + submitted.text("id") + "\",\"status\":\"SCRUBBED\"}");
        String seen = server.get(path(submitted)).body()
                + server.get(path(submitted) + "/history").body()
                + server.get(path(submitted) + "/result").body();
        assertThat(seen).contains(submitted.text("status")).doesNotContain("secret");
        server.post(path(submitted) + "/scrub?wait=20", REASON).assertStatus().isEqualTo(200);
    }

    @Test
    void takesNothingFromWhatIsOpen() {
        String parked = path(server.run("test.parks", ORDER));
        String running = path(server.post("/v1/workflows/test.waits", ORDER));
        for (String open : new String[] {parked, running}) {
            for (Response rejected : new Response[] {
                server.delete(open + BECAUSE + "&wait=20"), server.post(open + "/scrub?wait=20", REASON)
            }) {
                rejected.assertProblem(409, "WORKFLOW_OPEN");
                assertThat(rejected.text("workflowStatus"))
                        .isEqualTo(server.get(open).text("status"));
                assertThat(open).endsWith("/" + rejected.text("workflowId"));
                assertThat(rejected.text("fix")).contains("terminate it first");
            }
            server.post(open + "/terminate?wait=20", REASON).assertStatus().isEqualTo(200);
            server.delete(open + BECAUSE + "&wait=20").assertStatus().isEqualTo(200);
        }
    }

    @Test
    void respondsAcceptedWhileTheActionIsPending() throws InterruptedException {
        try (ServerFixture other = ServerFixture.start()) {
            Response submitted = other.run("test.order", ORDER);
            try (MemoryStore owner = new MemoryStore(other.database)) {
                owner.join(new DeafNode(), DeafNode.DEFINITIONS);

                assertThat(other.delete(path(submitted) + BECAUSE).text("status"))
                        .isEqualTo("ERASE_REQUESTED");
                assertThat(other.post(path(submitted) + "/scrub", REASON).text("status"))
                        .isEqualTo("SCRUB_REQUESTED");
                other.get(path(submitted)).assertStatus().isEqualTo(200);
            }
        }
    }

    @Test
    void isOneRequestUnderAKey() throws InterruptedException {
        try (ServerFixture other = ServerFixture.start()) {
            Response submitted = other.run("test.order", ORDER);
            try (MemoryStore owner = new MemoryStore(other.database)) {
                owner.join(new DeafNode(), DeafNode.DEFINITIONS);
                for (int i = 0; i < 3; i++) {
                    other.send(other.request(path(submitted) + BECAUSE)
                                    .header("Idempotency-Key", "once")
                                    .DELETE())
                            .assertStatus()
                            .isEqualTo(202);
                }
                assertThat(owner.inbox(InboxCursor.START, 10).messages())
                        .singleElement()
                        .isInstanceOfSatisfying(OperatorAction.class, action -> {
                            assertThat(action.actor()).isEqualTo("anonymous");
                            assertThat(action.reason()).isEqualTo("the law");
                        });
            }
        }
    }

    /** Once it is erased, every other caller gets 404, never WORKFLOW_OPEN. */
    @Test
    void concurrentErasesAndScrubsAgree() throws Exception {
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            for (int round = 0; round < 10; round++) {
                String ended = path(server.run("test.order", ORDER));
                Callable<Response> erase = () -> server.delete(ended + BECAUSE + "&wait=20");
                Callable<Response> scrub = () -> server.post(ended + "/scrub?wait=20", REASON);
                for (Future<Response> response : callers.invokeAll(List.of(erase, scrub, erase, scrub))) {
                    response.get().assertStatus().isIn(200, 404);
                }
                server.get(ended).assertProblem(404, "UNKNOWN_WORKFLOW");
            }
        }
    }

    @Test
    void isRejectedWithoutAReason() {
        String ended = path(server.run("test.order", ORDER));
        for (String query : new String[] {
            "", "?reason=", "?reason=%20", "?reason=%00", "?reason=" + "a".repeat(1_001), "?reason=a&reason=b"
        }) {
            server.delete(ended + query).assertProblem(400, "INVALID_PARAMETER").assertField("reason");
        }
        server.delete(ended + BECAUSE + "&wait=61")
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("wait");
        server.delete(ended + BECAUSE + "&force=true")
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("force");
        server.send(server.request(ended + BECAUSE)
                        .header("Idempotency-Key", "a b")
                        .DELETE())
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("Idempotency-Key");
        for (String json : new String[] {"", "{}", "{\"reason\":\"\"}"}) {
            server.post(ended + "/scrub", json)
                    .assertProblem(400, "INVALID_INPUT")
                    .assertField("reason");
        }
        server.post(ended + "/scrub" + BECAUSE, REASON)
                .assertProblem(400, "UNKNOWN_PARAMETER")
                .assertField("reason");
        assertThat(server.get(ended + "/result").body()).contains("book");
    }

    @Test
    void isRejectedForUnknownAndInvalidIds() {
        server.delete("/v1/workflows/nobody" + BECAUSE).assertProblem(404, "UNKNOWN_WORKFLOW");
        server.delete("/v1/workflows/h100000000000000000000000000000000" + BECAUSE)
                .assertProblem(404, "UNKNOWN_WORKFLOW");
        server.delete("/v1/workflows/a%20b" + BECAUSE)
                .assertProblem(400, "INVALID_PARAMETER")
                .assertField("id");
        Response rejected = server.delete("/v1/workflows" + BECAUSE).assertProblem(405, "METHOD_NOT_ALLOWED");
        assertThat(rejected.header("Allow")).contains("GET, HEAD");
    }

    @Test
    void needsTheRoleAdminAndAScopeThatCoversIt() {
        try (ServerFixture other = ServerFixture.start()) {
            String ended = path(other.run("test.order", ORDER));
            try (TestClient operator = other.client(Role.OPERATOR);
                    TestClient foreign = other.client(other.apiKeys.scopedAdmin("other."));
                    TestClient own = other.client(other.apiKeys.scopedAdmin("test."))) {
                operator.delete(ended + BECAUSE).assertProblem(403, "FORBIDDEN");
                operator.post(ended + "/scrub", REASON).assertProblem(403, "FORBIDDEN");
                foreign.delete(ended + BECAUSE).assertProblem(404, "UNKNOWN_WORKFLOW");
                foreign.post(ended + "/scrub", REASON).assertProblem(404, "UNKNOWN_WORKFLOW");
                own.post(ended + "/scrub?wait=20", REASON).assertStatus().isEqualTo(200);
                own.delete(ended + BECAUSE + "&wait=20").assertStatus().isEqualTo(200);
            }
        }
    }
}
