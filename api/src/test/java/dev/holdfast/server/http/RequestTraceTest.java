package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trace of a request reaches the bodies of steps, even without an exporter. */
class RequestTraceTest {
    private static final String NONE = "00000000000000000000000000000000";

    private static Response run(ServerFixture server, String traceparent) {
        return server.post("/v1/workflows/test.trace", "1", "Prefer", "wait=20", "traceparent", traceparent);
    }

    @Test
    void bodiesAndLogLinesBelongToTheTraceOfTheRequest() {
        try (ServerFixture server = ServerFixture.start()) {
            String trace = "0af7651916cd43dd8448eb211c80319c";
            Response response = run(server, "00-" + trace + "-b7ad6b7169203331-01");
            assertThat(response.text("result"))
                    .isEqualTo(trace + ", log lines of " + response.text("id") + " in " + trace);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void aMalformedTraceIsPassedOver(String traceparent) {
        try (ServerFixture server = ServerFixture.start()) {
            assertThat(run(server, traceparent).text("result")).startsWith(NONE).endsWith(" in null");
        }
    }
}
