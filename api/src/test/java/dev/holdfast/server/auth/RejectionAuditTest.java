package dev.holdfast.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.keys.ApiKeys.Refused;
import dev.holdfast.server.Deadline;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rejected requests in the audit log. */
class RejectionAuditTest {
    private static void awaitRejected(ServerFixture server, int number) {
        Deadline.until(() -> server.apiKeys.refused.size(), size -> size >= number);
    }

    @Test
    void hasActorsAndRequests() {
        try (ServerFixture server = ServerFixture.start();
                TestClient viewer = server.client(Role.VIEWER);
                TestClient unauthenticated = server.client("hf_00000000_secret")) {
            viewer.post("/v1/workflows/walk-1/cancel", "{}", "X-Request-Id", "call-1")
                    .assertProblem(403, "FORBIDDEN");
            awaitRejected(server, 1);
            unauthenticated.get("/v1/workflows?label.tenant=acme").assertProblem(401, "UNAUTHENTICATED");
            awaitRejected(server, 2);

            Refused forbidden = server.apiKeys.refused.get(0);
            assertThat(forbidden.actor()).isEqualTo("VIEWER-key");
            assertThat(forbidden.target()).isEqualTo("POST /v1/workflows/{name}/cancel");
            assertThat(forbidden.reason()).startsWith("FORBIDDEN: ");
            assertThat(forbidden.context().role()).contains("VIEWER");
            assertThat(forbidden.context().requestId()).contains("call-1");
            Refused unknown = server.apiKeys.refused.get(1);
            assertThat(unknown.actor()).isEqualTo("unauthenticated");
            assertThat(unknown.target()).isEqualTo("GET /v1/workflows");
            assertThat(unknown.reason()).startsWith("UNAUTHENTICATED: ");
            assertThat(unknown.context().role()).isEmpty();
            assertThat(unknown.toString()).doesNotContain("secret").doesNotContain("acme");
        }
    }

    /** The problem is 404, so that the caller does not learn what there is. */
    @Test
    void hasActionsOutsideOfScopes() {
        try (ServerFixture server = ServerFixture.start()) {
            String workflow = server.run("test.order", ServerFixture.ORDER).text("id");
            try (TestClient operator = server.client(Role.OPERATOR, "shop.")) {
                operator.get("/v1/workflows/" + workflow).assertProblem(404, "UNKNOWN_WORKFLOW");
                operator.post("/v1/workflows/" + workflow + "/terminate", "{\"reason\":\"mine\"}")
                        .assertProblem(404, "UNKNOWN_WORKFLOW");
                awaitRejected(server, 1);
            }
            assertThat(server.apiKeys.refused).hasSize(1);
            assertThat(server.apiKeys.refused.getFirst().target()).isEqualTo("POST /v1/workflows/{name}/terminate");
            assertThat(server.apiKeys.refused.getFirst().reason()).contains(workflow);
        }
    }

    @Test
    void isCutToWhatARowMayHave() {
        try (ServerFixture server = ServerFixture.start();
                TestClient unauthenticated = server.client("hf_00000000_secret")) {
            server.makeKey(Role.VIEWER);
            unauthenticated.get("/" + "a".repeat(5_000)).assertProblem(401, "UNAUTHENTICATED");
            awaitRejected(server, 1);

            assertThat(server.apiKeys.refused.getFirst().target()).hasSize(200).startsWith("GET /aaa");
        }
    }

    @Test
    void isOnlyTheFirstOnesOfAMinute() {
        AtomicLong nanos = new AtomicLong();
        RejectionAudit.Minute minute = new RejectionAudit.Minute(nanos::get);
        for (int round = 0; round < 3; round++) {
            int taken = 0;
            for (int i = 0; i < 1_000; i++) {
                nanos.addAndGet(50_000_000); // 50 s in all
                taken += minute.takeRow() ? 1 : 0;
            }
            assertThat(taken).isEqualTo(RejectionAudit.ROWS_PER_MINUTE);
            nanos.addAndGet(60_000_000_000L);
        }
    }

    @Test
    void boundsWhatAFloodLeaves() {
        try (ServerFixture server = ServerFixture.start();
                TestClient unauthenticated = server.client("hf_00000000_secret")) {
            server.makeKey(Role.VIEWER);
            for (int i = 0; i < 5 * RejectionAudit.ROWS_PER_MINUTE; i++) {
                unauthenticated.get("/v1/nodes").assertProblem(401, "UNAUTHENTICATED");
            }
            awaitRejected(server, RejectionAudit.ROWS_PER_MINUTE);

            assertThat(server.apiKeys.refused).hasSize(RejectionAudit.ROWS_PER_MINUTE);
        }
    }

    @Test
    void delaysAndFailsNoAnswerWhileTheDatabaseIsAway() {
        try (ServerFixture server = ServerFixture.start();
                TestClient viewer = server.client(Role.VIEWER)) {
            viewer.get("/v1/nodes").assertStatus().isEqualTo(200);
            server.apiKeys.away = true;
            viewer.get("/v1/api-keys").assertProblem(403, "FORBIDDEN");
            server.apiKeys.away = false;

            viewer.get("/v1/audit").assertProblem(403, "FORBIDDEN");
            Deadline.until(
                    () -> server.apiKeys.refused.stream().map(Refused::target).toList(),
                    targets -> targets.contains("GET /v1/audit"));
        }
    }

    @Test
    void hasNoAcceptedRequests() {
        try (ServerFixture server = ServerFixture.start()) {
            server.get("/v1/workflows/nope").assertProblem(404, "UNKNOWN_WORKFLOW");
            server.get("/v1/nodes?colour=red").assertProblem(400, "UNKNOWN_PARAMETER");
            server.send(server.request("/v1/nodes").header("Origin", "http://evil.example"))
                    .assertProblem(403, "FOREIGN_ORIGIN");
            awaitRejected(server, 1);

            assertThat(server.apiKeys.refused).extracting(Refused::actor).isEqualTo(List.of("unauthenticated"));
        }
    }
}
