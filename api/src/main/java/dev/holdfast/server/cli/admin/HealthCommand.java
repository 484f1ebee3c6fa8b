package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.CommandFailedException;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast health}. */
@Command(
        name = "health",
        description = "Say whether the node lives, has joined, and is ready to take work, and what that needs.",
        exitCodeList = {"0:All of them hold.", "1:One does not, or no node answers."},
        footer = {"  ./holdfast health", "  until ./holdfast health; do sleep 1; done"})
public final class HealthCommand implements Callable<Integer> {
    private static final String YES = "yes";

    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    public HealthCommand() {}

    @Override
    public Integer call() {
        Map<String, String> checks = client.ask(HealthCommand::checks);
        if (client.json()) {
            client.out().println(JsonMapper.shared().writeValueAsString(checks));
        } else {
            Table table = new Table("CHECK", "HOLDS");
            checks.forEach(table::add);
            table.lines().forEach(client.out()::println);
        }
        return checks.values().stream().allMatch(YES::equals) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static Map<String, String> checks(Client node) {
        Map<String, String> checks = new LinkedHashMap<>();
        for (String check : new String[] {"live", "started", "ready"}) {
            JsonNode answer = answer(node, check);
            checks.put(check, answer.has("code") ? "no: " + JsonText.value(answer.path("detail")) : YES);
            for (JsonNode part : answer.path("checks")) {
                checks.put(JsonText.value(part.path("name")), told(part));
            }
        }
        return checks;
    }

    private static String told(JsonNode part) {
        return part.path("holds").asBoolean(false) ? YES : "no: " + JsonText.value(part.path("detail"));
    }

    /** Of a node that says that it is not so, the problem. One that does not answer at all is no check that fails. */
    private static JsonNode answer(Client node, String check) {
        try {
            return node.get("/health/" + check, Map.of(), Duration.ZERO).json();
        } catch (CommandFailedException e) {
            if (!e.code().equals("NODE_NOT_READY")) {
                throw e;
            }
            return e.problem();
        }
    }
}
