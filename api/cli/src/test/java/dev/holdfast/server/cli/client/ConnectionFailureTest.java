package dev.holdfast.server.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.WorkflowRegistration;
import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.FailureMessages;
import dev.holdfast.server.cli.ForeignServer;
import dev.holdfast.server.cli.HoldfastCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The errors for a foreign server, and for no server. */
@Timeout(60)
class ConnectionFailureTest {
    private static CommandRun list(String url) {
        CommandRun run = CommandRun.of("list", "--url", url).assertStatus(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .as("says where, and what to do, without a stack trace")
                .contains(url, "--url", "HOLDFAST_URL")
                .doesNotContain("\tat ", "Exception");
        return run;
    }

    @ParameterizedTest
    @CsvSource({
        "200 OK, text/html, <html>hello</html>",
        "301 Moved, text/html, <html>elsewhere</html>",
        "404 Not Found, application/json, '{\"error\":\"not found\"}'",
        "502 Bad Gateway, text/plain, bad gateway",
    })
    void reportsAForeignServer(String status, String type, String body) throws IOException {
        try (ForeignServer server = ForeignServer.http(status, type, body)) {
            CommandRun run = list("http://" + server.address());

            assertThat(run.err())
                    .startsWith("The server at ")
                    .contains(" is not Holdfast: it responds with status " + status.substring(0, 3));
        }
    }

    @Test
    void reportsGarbage() throws IOException {
        try (ForeignServer server = ForeignServer.saying("SSH-2.0-OpenSSH_9.2\r\n")) {
            assertThat(list("http://" + server.address()).err()).startsWith("The connection to ");
        }
    }

    @Test
    void reportsTlsToAPlainServer() throws IOException {
        try (ForeignServer server = ForeignServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            assertThat(list("https://" + server.address()).err())
                    .startsWith("No TLS connection to ")
                    .contains("http://");
        }
    }

    @Test
    void reportsAnUnknownHost() {
        assertThat(list("http://nobody.invalid:7070").err()).startsWith("The host nobody.invalid of ");
    }

    @Test
    void reportsAnUnknownOutcome() {
        assertThat(refusal("POST", new HttpTimeoutException("slow")).lines().getFirst())
                .endsWith("in time. It is unknown whether the node executed the request.");
        assertThat(refusal("GET", new HttpTimeoutException("slow")).lines().getFirst())
                .endsWith("in time.");
        assertThat(refusal("POST", new IOException()).lines().getFirst())
                .isEqualTo("The connection to http://far:1 broke: IOException."
                        + " It is unknown whether the node executed the request.");
    }

    @Test
    void reportsASilentHost() {
        assertThat(refusal("GET", new HttpConnectTimeoutException("")).lines().getFirst())
                .startsWith("No connection to http://far:1 within 5 s");
    }

    @Test
    void onlyTransientFailuresAreRetried() {
        assertThat(refusal("GET", new ConnectException()).isTransient()).isTrue();
        assertThat(refusal("GET", new javax.net.ssl.SSLException("no")).isTransient())
                .isFalse();
    }

    private static CommandFailedException refusal(String method, IOException cause) {
        return new ConnectionFailure(URI.create("http://far:1"), method, cause).toException();
    }

    @Test
    void aKeyThatNoHeaderCanCarryIsRejected() {
        CommandRun run = CommandRun.of("submit", "a", "{}", "--idempotency-key", "a\nb");

        assertThat(run.assertStatus(2).err()).startsWith("--idempotency-key is \"a");
    }

    @Test
    void aDefectIsOneLineWithItsCausesAndItsPlace() {
        StringWriter err = new StringWriter();
        CommandLine command =
                HoldfastCommand.commandLine(WorkflowRegistration.none()).setErr(new PrintWriter(err));
        Exception defect = new IllegalStateException("outer", new IllegalArgumentException("inner\n  lines"));

        int status = new FailureMessages().handleExecutionException(defect, command, command.parseArgs());

        assertThat(status).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("holdfast failed because of a bug in Holdfast, please report it: ")
                .contains("IllegalStateException: outer; caused by ", "IllegalArgumentException: inner lines (at dev.")
                .hasLineCount(1);
    }
}
