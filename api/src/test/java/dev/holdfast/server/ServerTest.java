package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.http.RawRequest;
import dev.holdfast.spi.InboxCursor;
import java.net.ConnectException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Start and end of the server. */
class ServerTest {
    @Test
    void saysSoWhenThePortIsTaken() {
        try (ServerFixture server = ServerFixture.start()) {
            ServerConfig same = ServerConfig.of(new Settings(Map.of("port", String.valueOf(server.server.port()))));

            assertThatThrownBy(
                            () -> HoldfastServer.on(server.engine).config(same).start())
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("127.0.0.1:" + server.server.port())
                    .hasMessageContaining("--port");
        }
    }

    @Test
    @Timeout(30)
    void respondsToWaitingRequestsWhenItCloses() {
        try (ServerFixture server = ServerFixture.start(Map.of("finish-wait", "10m"));
                RawRequest result = new RawRequest(server.server.port());
                RawRequest submit = new RawRequest(server.server.port())) {
            String id = server.post("/v1/workflows/test.waits", ORDER).text("id");
            result.write("GET /v1/workflows/" + id + "/result?wait=60 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            submit.write("POST /v1/workflows/test.waits HTTP/1.1\r\nHost: 127.0.0.1\r\nPrefer: wait=60\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + ORDER.length() + "\r\n\r\n" + ORDER);
            Deadline.until(server::workflows, number -> number == 2);

            server.server.close();

            assertThat(result.response().body()).isEqualTo("{\"status\":\"RUNNING\"}");
            Response submitted = submit.response();
            submitted.assertStatus().isEqualTo(202);
            assertThat(submitted.text("status")).isEqualTo("RUNNING");
            assertThat(result.ends()).isTrue();
            assertThatThrownBy(() -> new RawRequest(server.server.port())).hasCauseInstanceOf(ConnectException.class);
            server.server.close();
        }
    }

    @Test
    @Timeout(30)
    void respondsToWaitingActionsWhenItCloses() {
        try (ServerFixture server = ServerFixture.start(Map.of("finish-wait", "10m"));
                RawRequest cancel = new RawRequest(server.server.port())) {
            String id = server.post("/v1/workflows/test.waits", ORDER).text("id");
            cancel.write("POST /v1/workflows/" + id + "/cancel?wait=60 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n");
            Deadline.until(() -> server.store.inbox(InboxCursor.START, 2).messages(), asked -> !asked.isEmpty());

            server.server.close();

            Response response = cancel.response();
            response.assertStatus().isEqualTo(202);
            assertThat(response.text("status")).isEqualTo("CANCEL_REQUESTED");
            assertThat(server.store.inbox(InboxCursor.START, 2).messages())
                    .as("asked again under the same key")
                    .hasSize(1);
        }
    }

    @Test
    void endsConnectionsThatAreIdleWhenItCloses() {
        try (ServerFixture server = ServerFixture.start();
                RawRequest idle = new RawRequest(server.server.port())) {
            idle.write("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            idle.response().assertStatus().isEqualTo(200);

            server.server.close();

            assertThat(idle.ends()).isTrue();
        }
    }
}
