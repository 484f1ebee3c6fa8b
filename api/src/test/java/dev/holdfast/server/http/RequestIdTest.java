package dev.holdfast.server.http;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every response has the id of its request. */
class RequestIdTest {
    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    @RegisterExtension
    private final ServerFixture server = ServerFixture.start();

    private String answered(String path, String... sent) {
        var request = server.request(path);
        for (String id : sent) {
            request.header("X-Request-Id", id);
        }
        return server.send(request).header("X-Request-Id").orElseThrow();
    }

    @Test
    void byTheCallersName() {
        String longest = "aZ09._:@-".repeat(23).substring(0, 200);
        for (String path : new String[] {"/v1/nodes", "/v1/workflows/nope", "/nowhere", "/metrics", "/health/live"}) {
            assertThat(answered(path, "order-42")).isEqualTo("order-42");
            assertThat(answered(path, longest)).isEqualTo(longest);
        }
        assertThat(server.post("/v1/workflows/test.order", ORDER, "X-Request-Id", "mine")
                        .header("X-Request-Id"))
                .contains("mine");
    }

    @Test
    void byANewOneWhereTheCallersCannotBeUsed() {
        for (String sent : new String[] {"", "two words", "a,b", "\"", "a".repeat(201), "\u00e4"}) {
            assertThat(answered("/v1/nodes", sent)).as(sent).matches(UUID);
        }
        assertThat(answered("/v1/nodes")).matches(UUID).isNotEqualTo(answered("/v1/nodes"));
        assertThat(answered("/v1/nodes", "one", "two")).matches(UUID);
    }

    @Test
    void alsoWhereThereIsNoRequestToRoute() {
        for (String request : new String[] {
            "GET /v1/nodes HTTP/1.1\r\nHost: evil.example\r\nX-Request-Id: mine\r\n\r\n",
            "GET /v1/nodes HTTP/1.1\r\nX-Request-Id: mine\r\nContent-Length: x\r\n\r\n",
            "BROKEN\r\n\r\n"
        }) {
            assertThat(RawRequest.send(server.server.port(), request).header("X-Request-Id"))
                    .as(request)
                    .isPresent();
        }
    }
}
