package dev.holdfast.server.http;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An internal error: here, a store whose clock fails. */
class InternalErrorTest {
    private volatile boolean broken;

    private Instant now() {
        if (broken && Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("secret");
        }
        return Instant.now();
    }

    @Test
    void isAnsweredWithAnIdUnderWhichItIsLoggedOnce() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        try (ServerFixture server = ServerFixture.start(new MemoryDatabase(this::now), Duration.ofSeconds(5))) {
            broken = true;
            root.addAppender(log);

            Response response = server.post("/v1/workflows/test.order", ORDER);

            response.assertProblem(500, "INTERNAL_ERROR");
            assertThat(response.body()).doesNotContain("secret").doesNotContain("IllegalState");
            assertThat(log.list)
                    .singleElement()
                    .satisfies(event -> assertThat(event.getFormattedMessage()).contains(response.text("errorId")));
            server.get("/health/live").assertStatus().isEqualTo(200);
        } finally {
            root.detachAppender(log);
        }
    }
}
