package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.WorkflowRegistration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** A command line with the called command only, against one with all of them. */
class OneCommandTest {
    private static CommandLine line(String called) {
        return HoldfastCommand.commandLine(WorkflowRegistration.none(), Map.of(), Optional.of(called));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "list --help",
                "list --colour",
                "dead-letters",
                "dead-letters retri",
                "dead-letters retry --help",
                "keys create a",
                "shw",
                "help list",
                "--help",
                "-h list",
            })
    void saysTheSame(String typed) {
        String[] words = typed.split(" ");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = line(words[0])
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);

        assertThat(new CommandRun(status, out.toString(), err.toString())).isEqualTo(CommandRun.of(words));
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "dead-letters", "serve"})
    void hasNoOther(String called) {
        assertThat(line(called).getSubcommands()).containsOnlyKeys(called);
    }
}
