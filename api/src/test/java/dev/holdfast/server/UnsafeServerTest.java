package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.embedded.RestartableServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that can lose what it has committed is used only by who has said so. */
@Timeout(120)
class UnsafeServerTest {
    private static LoggedNode serve(RestartableServer server, Map<String, String> environment) {
        return LoggedNode.launch(environment, List.of(), "serve", "--port", "0", "--database-url", server.jdbcUrl());
    }

    @Test
    void itIsRefusedUnlessItIsAsked(@TempDir Path directory) {
        try (RestartableServer server = new RestartableServer(directory.resolve("data"))) {
            server.stop(RestartableServer.Mode.FAST);
            server.startWith("fsync=off");

            try (LoggedNode refused = serve(server, Map.of())) {
                assertThat(refused.awaitEnd()).isEqualTo(1);
                assertThat(refused.said().getLast())
                        .contains("fsync is off", "can lose or break what was committed", "--unsafe");
            }
            try (LoggedNode warned = serve(server, Map.of("HOLDFAST_UNSAFE", "true"))) {
                assertThat(warned.awaitUrl()).startsWith("http://");
                assertThat(warned.said().stream().filter(line -> line.contains(" WARN ")))
                        .singleElement()
                        .asString()
                        .contains("--unsafe accepts that: fsync is off");
            }
        }
    }
}
