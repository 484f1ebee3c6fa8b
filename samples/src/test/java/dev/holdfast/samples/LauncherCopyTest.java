package dev.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.samples.Checkout.Run;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The copies of the jars from which {@code ./holdfast} runs. */
@Timeout(120)
class LauncherCopyTest {
    private static final Pattern URL = Pattern.compile("Holdfast runs at (\\S+)");
    private static final String ORDER = "{\"item\":\"book\",\"quantity\":2,\"cardToken\":\"tok\"}";

    /** A build writes another class path, and so another copy is needed. Help of dev needs no archive. */
    private static final String BUILD = """
            set -eu
            cd "ch\u00e4ckout x"
            printf ":$JARS/holdfast-engine.jar" >>samples/target/classpath
            ./holdfast dev --help >/dev/null
            """;

    @TempDir
    private Path directory;

    private Checkout checkout;

    @BeforeEach
    void copy() throws Exception {
        checkout = Checkout.built(directory);
    }

    @Test
    void aRunningNodeSurvivesBuilds() throws Exception {
        Process node = checkout.start(
                "node", "exec './ch\u00e4ckout x/holdfast' dev --store memory --port 0 --log-format json");
        try {
            String url = url(node);
            assertThat(checkout.run(BUILD + BUILD.replace("cd ", ": ") + """
                    for jar in */target/holdfast-*.jar */*/target/holdfast-*.jar; do : >"$jar"; done
                    rm -r */target */*/target
                    """)).isEqualTo(new Run(0, "", ""));

            HttpResponse<String> order = send(HttpRequest.newBuilder(URI.create(url + "/v1/workflows/probe.order"))
                    .header("Content-Type", "application/json")
                    .header("Prefer", "wait=20")
                    .POST(BodyPublishers.ofString(ORDER)));
            assertThat(order.body()).contains("COMPLETED");
            assertThat(send(HttpRequest.newBuilder(URI.create(url + "/openapi")))
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            node.destroy();
            assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(checkout.text("node.err")).doesNotContain("ERROR", "NoClassDefFound");
    }

    private String url(Process node) throws IOException, InterruptedException {
        while (node.isAlive()) {
            Matcher found = URL.matcher(checkout.text("node.out"));
            if (found.find()) {
                return found.group(1);
            }
            Thread.onSpinWait();
        }
        throw new AssertionError(checkout.text("node.err"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    @Test
    void copiesGoOnceNoProcessUsesThem() throws Exception {
        Run run = checkout.run(
                BUILD + """
                first=$(cat .holdfast/current)
                sleep 100 &
                : >".holdfast/$first/user.$!"
                """ + BUILD.replace("cd ", ": ").repeat(3) + """
                [ -d ".holdfast/$first" ]; ls -d .holdfast/*/ | wc -l
                kill $!; wait $! 2>/dev/null || :
                """ + BUILD.replace("cd ", ": ") + """
                ! [ -d ".holdfast/$first" ]; ls -d .holdfast/*/ | wc -l
                """);

        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines().map(String::strip)).containsExactly("3", "2");
    }

    @Test
    void filesOfEndedProcessesAreFew() throws Exception {
        Run run = checkout.run(BUILD + """
                copy=.holdfast/$(cat .holdfast/current)
                for i in $(seq 999900 999999); do : >"$copy/user.$i"; done
                ./holdfast --version >/dev/null
                ls "$copy"/user.* | wc -l
                """);

        assertThat(run.out().strip()).isEqualTo("1");
    }

    @Test
    void commandsThatStartAtOnceAfterABuildAllRun() throws Exception {
        Run run = checkout.run("""
                cd "ch\u00e4ckout x"
                for i in 1 2 3; do ./holdfast --version & done
                wait
                """);

        assertThat(run.out()).hasLineCount(3);
        assertThat(run.err().replaceAll("waiting for .*\n", "")).isEmpty();
    }

    @Test
    void commandsRunWhereNoCopyCanBeWritten() throws Exception {
        Run run = checkout.run("""
                cd "ch\u00e4ckout x"
                : >.holdfast
                exec ./holdfast --version
                """);

        assertThat(run).extracting(Run::status, Run::err).containsExactly(0, "");
    }
}
