package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The completion script, in a real bash. */
class CompletionCommandTest {
    @TempDir
    private Path directory;

    private Path script;

    @BeforeEach
    void print() throws IOException {
        CommandRun run = CommandRun.of("completion", "bash").assertStatus(0);
        script = Files.writeString(directory.resolve("holdfast.bash"), run.out());
    }

    private static String bash(String... arguments) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(arguments).redirectErrorStream(true).start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output;
    }

    /** The completions of the last of these words. */
    private List<String> offered(String... words) throws IOException, InterruptedException {
        String line = "compopt() { :; }; source " + script + "; COMP_WORDS=('" + String.join("' '", words)
                + "'); COMP_CWORD=" + (words.length - 1) + "; _complete_holdfast; printf '%s\\n' \"${COMPREPLY[@]}\"";
        return bash("bash", "--norc", "-c", line).lines().map(String::strip).toList();
    }

    @Test
    void bashAcceptsIt() throws Exception {
        assertThat(bash("bash", "-n", script.toString())).isEmpty();
    }

    @Test
    void completesCommands() throws Exception {
        assertThat(offered("./holdfast", "")).contains("dev", "submit", "watch", "dead-letters", "help");
        assertThat(offered("./holdfast", "sh")).containsExactly("show");
        assertThat(offered("./holdfast", "si")).containsExactly("signal");
        assertThat(offered("./holdfast", "dead-letters", "re")).containsExactly("retry");
    }

    @Test
    void completesOptions() throws Exception {
        assertThat(offered("./holdfast", "list", "--st")).containsExactly("--status");
        assertThat(offered("./holdfast", "dead-letters", "retry", "--re")).containsExactly("--reason");
        assertThat(offered("./holdfast", "signal", "a", "go", "--id")).containsExactly("--idempotency-key");
        assertThat(offered("./holdfast", "completion", "z")).containsExactly("zsh");
    }

    @Test
    void completesValues() throws Exception {
        assertThat(offered("./holdfast", "list", "--status", "c")).contains("compensating", "completed", "cancelled");
        assertThat(offered("./holdfast", "list", "--waiting-for", "s")).containsExactly("signal");
        assertThat(offered("./holdfast", "dead-letters", "list", "--cause", "po"))
                .containsExactly("poison");
        assertThat(offered("./holdfast", "keys", "create", "a", "--role", "")).contains("viewer", "admin");
        assertThat(offered("./holdfast", "serve", "--log-format", "j")).containsExactly("json");
        assertThat(offered("./holdfast", "serve", "--store", "m")).containsExactly("memory");
        assertThat(offered("./holdfast", "retention", "drop", "orders", "f")).containsExactly("failed");
    }

    @Test
    void standsForThePathThatIsTyped() throws Exception {
        assertThat(bash("bash", "--norc", "-c", "source " + script + "; complete -p holdfast"))
                .contains("-F _complete_holdfast");
    }
}
