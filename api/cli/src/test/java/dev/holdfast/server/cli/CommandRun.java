package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.WorkflowRegistration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The result of a command: exit status and output. */
public record CommandRun(int status, String out, String err) {
    public static CommandRun of(String... arguments) {
        return of(Map.of(), arguments);
    }

    /** Runs the command against the node at this URL. */
    public static CommandRun on(String url, String... arguments) {
        return of(
                Stream.concat(Arrays.stream(arguments), Stream.of("--url", url)).toArray(String[]::new));
    }

    public static CommandRun of(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = HoldfastCommand.commandLine(WorkflowRegistration.none(), environment)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }

    public CommandRun assertStatus(int expected) {
        assertThat(status).as("exit status of %s", this).isEqualTo(expected);
        return this;
    }

    /** The JSON on stdout; asserts exit status 0. */
    public JsonNode json() {
        return JsonMapper.shared().readTree(assertStatus(0).out());
    }

    public List<String> lines() {
        return out.lines().toList();
    }
}
