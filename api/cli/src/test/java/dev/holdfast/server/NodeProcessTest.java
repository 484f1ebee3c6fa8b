package dev.holdfast.server;

import static dev.holdfast.server.ServerFixture.ORDER;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast dev} as a process: its output and its end. */
@Timeout(180)
class NodeProcessTest {
    private static final int TERMINATED = 128 + 15;
    private static final int END_SECONDS = 40;

    @TempDir
    private Path data;

    private final int port = freePort();

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process dev() throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return new ProcessBuilder(List.of(
                        java.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        "dev",
                        "--port",
                        String.valueOf(port),
                        "--data",
                        data.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Asserts that the signal ended the process and its PostgreSQL. */
    private void assertTerminated(Process process) throws InterruptedException, IOException {
        process.destroy();
        assertThat(process.waitFor(END_SECONDS, TimeUnit.SECONDS)).as("ended").isTrue();
        assertThat(process.exitValue()).isEqualTo(TERMINATED);
        try (var files = Files.walk(data)) {
            assertThat(files.map(file -> file.getFileName().toString())).doesNotContain("postmaster.pid");
        }
    }

    @Test
    void printsAnExampleAndEndsCleanlyOnSigterm() throws Exception {
        Process process = dev();
        try (BufferedReader out = process.inputReader();
                TestClient client = new TestClient(() -> "http://127.0.0.1:" + port)) {
            assertThat(out.readLine()).isEqualTo("Holdfast runs at http://127.0.0.1:" + port);
            assertThat(out.readLine()).matches("Its database: +psql postgresql://.+");
            assertThat(out.readLine())
                    .matches("Try: +curl -s .*")
                    .endsWith("http://127.0.0.1:" + port + "/v1/workflows/probe.order");
            client.post("/v1/workflows/test.order", ORDER, "Prefer", "wait=20")
                    .assertStatus()
                    .isEqualTo(200);

            assertTerminated(process);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void endsInTheMidstOfItsStartAndStartsAgain() throws Exception {
        try (TestClient client = new TestClient(() -> "http://127.0.0.1:" + port)) {
            Process first = dev();
            try {
                Deadline.until(client::isLive, live -> live);
                first.destroy();
                assertThat(first.waitFor(END_SECONDS, TimeUnit.SECONDS))
                        .as("ended")
                        .isTrue();
                assertThat(first.exitValue()).isEqualTo(TERMINATED);
            } finally {
                first.destroyForcibly();
            }
            Process second = dev();
            try {
                assertThat(second.inputReader().readLine()).startsWith("Holdfast runs at ");
                assertTerminated(second);
            } finally {
                second.destroyForcibly();
            }
        }
    }
}
