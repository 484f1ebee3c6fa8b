package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What all commands have in common that ask the owner of a workflow to decide. */
final class DecisionOptions {
    private static final int ACCEPTED = 202;

    @Option(names = "--idempotency-key", paramLabel = "KEY", description = "The same again is one request.")
    private @Nullable String key;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Wait for the decision, up to 60 s. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    DecisionOptions() {}

    /** Asks, and says what was decided. */
    int ask(ClientOptions client, String path, @Nullable String reason) {
        byte[] json = JsonMapper.shared().writeValueAsBytes(reason == null ? Map.of() : Map.of("reason", reason));
        Map<String, String> headers = new LinkedHashMap<>();
        ListCommand.put(headers, "Idempotency-Key", key);
        Map<String, String> query = Map.of("wait", String.valueOf(seconds));
        show(client, client.ask(node -> node.post(path, query, headers, json, Duration.ofSeconds(seconds))));
        return CommandLine.ExitCode.OK;
    }

    private static void show(ClientOptions client, Client.Answer answer) {
        if (client.json()) {
            client.out().println(answer.body());
            return;
        }
        var decided = answer.json();
        String workflow = Shown.value(decided.has("workflowId") ? decided.path("workflowId") : decided.path("id"));
        String status = Shown.value(decided.path("status"));
        client.out()
                .println(
                        answer.status() == ACCEPTED
                                ? workflow + "  " + status + ": not decided yet, see `holdfast show " + workflow + "`"
                                : workflow + "  " + status);
    }
}
