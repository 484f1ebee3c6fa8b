package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.embedded.RestartableServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node rejects a database server that can lose commits, unless it was started with --unsafe. */
@Timeout(120)
class UnsafeServerTest {
    private static LoggedNode serve(RestartableServer server, Map<String, String> environment) {
        return LoggedNode.launch(environment, List.of(), "serve", "--port", "0", "--database-url", server.jdbcUrl());
    }

    @Test
    void isRejectedWithoutUnsafe(@TempDir Path directory) {
        try (RestartableServer server = new RestartableServer(directory.resolve("data"))) {
            server.stop(RestartableServer.Mode.FAST);
            server.startWith("fsync=off");

            try (LoggedNode rejected = serve(server, Map.of())) {
                assertThat(rejected.awaitEnd()).isEqualTo(1);
                assertThat(rejected.output().getLast())
                        .contains("fsync is off", "can lose or corrupt committed data", "--unsafe");
            }
            try (LoggedNode warned = serve(server, Map.of("HOLDFAST_UNSAFE", "true"))) {
                assertThat(warned.awaitUrl()).startsWith("http://");
                assertThat(warned.output().stream().filter(line -> line.contains(" WARN ")))
                        .singleElement()
                        .asString()
                        .contains("--unsafe accepts: fsync is off");
            }
        }
    }
}
