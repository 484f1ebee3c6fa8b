package dev.holdfast.server.routes;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A submission whose commit is not confirmed in time. */
class UnknownCommitTest {
    private static final String PATH = "/v1/workflows/test.order";

    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** The writer calls it inside its transaction; other callers must not block the database. */
    private Instant now() {
        try {
            if (Thread.currentThread().getName().equals("holdfast-memory")) {
                gate.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Instant.now();
    }

    @Test
    void isAnsweredWithTheIdToAskAgainWith() {
        try (ServerFixture server = ServerFixture.start(new MemoryDatabase(this::now), Duration.ofMillis(300))) {
            gate = new CountDownLatch(1);
            Response unknown = server.post(PATH, ORDER);
            gate.countDown();

            unknown.assertProblem(503, "DATABASE_UNAVAILABLE");
            assertThat(unknown.json().path("retryable").asBoolean()).isTrue();
            assertThat(unknown.header("Retry-After")).contains("1");
            String id = unknown.text("workflowId");
            Response again = server.post(PATH + "?id=" + id, ORDER, "Prefer", "wait=20");
            again.assertStatus().isEqualTo(200);
            assertThat(again.text("id")).isEqualTo(id);
            assertThat(server.workflows()).isEqualTo(1);
        }
    }
}
