package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.memory.MemoryHoldfast;
import dev.holdfast.server.HoldfastServer;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command line against the servers of an application: one of its own, and routes inside another one. */
@Timeout(60)
class ApplicationServerTest {
    private static final Definition<String, String> GREET = Definition.of("greet", 1, String.class, String.class);

    private static Holdfast engine() {
        return MemoryHoldfast.create()
                .register(GREET, (ctx, name) -> "hello " + name)
                .start();
    }

    private static void assertWorks(String url) {
        CommandRun.on(url, "submit", "greet", "\"ann\"", "--id", "greet-1", "--wait", "20")
                .assertStatus(0);
        assertThat(CommandRun.on(url, "list").assertStatus(0).out()).contains("greet-1", "COMPLETED");
        assertThat(CommandRun.on(url, "result", "greet-1").assertStatus(0).out())
                .contains("hello ann");
        assertThat(CommandRun.on(url, "show", "greet-1").assertStatus(0).out()).contains("greet");
        assertThat(CommandRun.on(url, "definitions").assertStatus(0).out()).contains("greet");
        CommandRun.on(url, "health").assertStatus(0);
    }

    @Test
    void worksAgainstTheServerOfAnApplication() {
        try (Holdfast holdfast = engine();
                HoldfastServer server = HoldfastServer.on(holdfast).port(0).start()) {
            assertWorks(server.url());
        }
    }

    @Test
    void worksAgainstRoutesInTheServerOfAnApplication() {
        try (Holdfast holdfast = engine()) {
            WebServer server = WebServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .shutdownHook(false)
                    .routing(HttpRouting.builder()
                            .addFeature(HoldfastServer.on(holdfast).below("/holdfast")))
                    .build()
                    .start();
            try {
                assertWorks("http://127.0.0.1:" + server.port() + "/holdfast");
            } finally {
                server.stop();
            }
        }
    }
}
