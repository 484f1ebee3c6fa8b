package dev.holdfast.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.samples.Checkout.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes from which the commands of {@code ./holdfast} start. */
@Timeout(120)
class LauncherArchiveTest {
    private static final String LIST = "./holdfast list --url http://127.0.0.1:1\n";

    @TempDir
    private Path directory;

    private Checkout checkout;

    @BeforeEach
    void copy() throws Exception {
        checkout = Checkout.built(directory);
    }

    /** Runs a script in the checkout. */
    private Run run(String script) throws Exception {
        return checkout.run("cd \"ch\u00e4ckout x\"\n" + script);
    }

    @Test
    void theFirstCommandOfABuildMakesItAndTheOthersUseIt() throws Exception {
        Run run = run("./holdfast --version; ls .holdfast/*/*.jsa | wc -l\n"
                + "HOLDFAST_JAVA_OPTS=-Xlog:class+load:file=loaded " + LIST
                + "grep -c 'dev.holdfast.samples.Main source: shared objects file' loaded\n"
                + "ls .holdfast/*/*.jsa | wc -l");

        assertThat(run.out().lines().skip(1).map(String::strip)).containsExactly("1", "1", "1");
        assertThat(run.err()).startsWith("No server responds at ");
    }

    @Test
    void aClientCommandLoadsNothingOfNodes() throws Exception {
        Run run = run("HOLDFAST_JAVA_OPTS=-Xlog:class+load:file=loaded " + LIST
                + "grep -E ' (ch.qos.logback|org.slf4j|io.helidon|io.opentelemetry)' loaded\n"
                + "grep -E ' (org.postgresql|org.jdbi|com.zaxxer)' loaded");

        assertThat(run.out()).isEmpty();
    }

    @Test
    void commandsThatStartAtOnceAfterABuildAllRun() throws Exception {
        Run run = run("for i in 1 2 3; do ./holdfast --version & done; wait; ls .holdfast/*/*.jsa* | wc -l");

        assertThat(run.out().lines().map(String::strip)).hasSize(4).endsWith("1");
        assertThat(run.err().replaceAll("waiting for .*\n", "")).isEmpty();
    }

    @Test
    void anArchiveThatCannotBeReadIsIgnored() throws Exception {
        Run run = run("""
                ./holdfast --version
                for archive in .holdfast/*/*.jsa; do echo no archive >"$archive"; done
                ./holdfast --version
                for archive in .holdfast/*/*.jsa; do : >"$archive"; done
                ./holdfast --version
                """);

        assertThat(run.out()).hasLineCount(3);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void nodesRunWithoutTheOptionsOfCommands() throws Exception {
        Run run = run("""
                export HOLDFAST_JAVA_OPTS=-XX:+PrintFlagsFinal
                for command in list dev serve bench; do ./holdfast $command --help | grep ' TieredStopAtLevel '; done
                """);

        assertThat(run.out().lines().map(line -> line.replaceAll("\\D", ""))).containsExactly("1", "4", "4", "4");
    }
}
