package dev.holdfast.server.http;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.ServerFixture;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slow clients hold their connections for a limited time, and do not delay others. */
@Timeout(120)
class SlowClientTest {
    private static final int SLOW_CLIENTS = 2_000;
    private static final int DRIP_MILLIS = 50;
    private static final int BODY_BYTES = 10_000;
    private static final String HEAD = "POST /v1/workflows/test.order HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nContent-Length: " + BODY_BYTES + "\r\n";

    /** Sends a byte now and then, far below the size limits, until the server closes. */
    private static void dripUntilCut(RawRequest slow) {
        Deadline.until(() -> slow.isCutWithin(DRIP_MILLIS) || !drip(slow), cut -> cut);
    }

    /** Whether the connection is open. */
    private static boolean drip(RawRequest slow) {
        try {
            slow.write("a");
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void aRequestThatDripsInIsCut() {
        try (ServerFixture server = ServerFixture.start(Map.of("arrival-max", "100ms", "read-timeout", "30m"))) {
            for (String begin : new String[] {HEAD + "X-Slow: ", HEAD + "\r\n{"}) {
                try (RawRequest slow = new RawRequest(server.server.port())) {
                    slow.write(begin);
                    dripUntilCut(slow);
                }
            }
            assertThat(server.workflows()).isZero();
        }
    }

    @Test
    void aFirstLineThatDripsInIsCutAndSoIsSilence() {
        try (ServerFixture server = ServerFixture.start(Map.of("read-timeout", "1s"));
                RawRequest slow = new RawRequest(server.server.port());
                RawRequest silent = new RawRequest(server.server.port())) {
            slow.write("GET /");
            dripUntilCut(slow);
            assertThat(silent.isCut()).isTrue();
        }
    }

    @Test
    void aWaitForAResultIsNoSlowRequest() {
        try (ServerFixture server =
                ServerFixture.start(Map.of("arrival-max", "100ms", "read-timeout", "100ms", "wait-max", "60s"))) {
            String id = server.post("/v1/workflows/test.waits", ORDER).text("id");

            server.get("/v1/workflows/" + id + "/result?wait=3").assertStatus().isEqualTo(202);
        }
    }

    @Test
    void twoThousandOfThemStopNoOtherWorkflow() {
        List<RawRequest> slow = new ArrayList<>();
        try (ServerFixture server = ServerFixture.start(Map.of("arrival-max", "5s"))) {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                RawRequest client = new RawRequest(server.server.port());
                slow.add(client);
                client.write(i % 2 == 0 ? HEAD + "X-Slow: a" : HEAD + "\r\n{");
            }
            for (int round = 0; round < 3; round++) {
                slow.forEach(SlowClientTest::drip);
                server.run("test.order", ORDER).assertStatus().isEqualTo(200);
            }
            for (RawRequest client : slow) {
                assertThat(client.isCut()).isTrue();
            }
            server.run("test.order", ORDER).assertStatus().isEqualTo(200);
            assertThat(server.workflows()).isEqualTo(4);
        } finally {
            slow.forEach(RawRequest::close);
        }
    }
}
