package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.CommandFailedException;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.cli.output.Terminal;
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
        description = "Report whether the node is alive, has joined, and is ready, with all readiness checks.",
        exitCodeList = {"0:All checks hold.", "1:A check does not hold, or no node responds."},
        footer = {"  ./holdfast health", "  until ./holdfast health; do sleep 1; done"})
public final class HealthCommand implements Callable<Integer> {
    private static final String YES = "yes";

    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    public HealthCommand() {}

    @Override
    public Integer call() {
        Map<String, String> checks = client.call(HealthCommand::checks);
        if (client.json()) {
            client.out().println(JsonMapper.shared().writeValueAsString(checks));
        } else {
            Table table = new Table("CHECK", "HOLDS");
            checks.forEach(table::add);
            table.lines(Terminal.columns()).forEach(client.out()::println);
        }
        return checks.values().stream().allMatch(YES::equals) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static Map<String, String> checks(Client node) {
        Map<String, String> checks = new LinkedHashMap<>();
        for (String check : new String[] {"live", "started", "ready"}) {
            JsonNode response = check(node, check);
            checks.put(check, response.has("code") ? "no: " + JsonText.value(response.path("detail")) : YES);
            for (JsonNode part : response.path("checks")) {
                checks.put(JsonText.value(part.path("name")), result(part));
            }
        }
        return checks;
    }

    private static String result(JsonNode part) {
        return part.path("holds").asBoolean(false) ? YES : "no: " + JsonText.value(part.path("detail"));
    }

    /** Returns the response, or the problem if the check fails. An unreachable node fails the command instead. */
    private static JsonNode check(Client node, String name) {
        try {
            return node.get("/health/" + name, Map.of(), Duration.ZERO).json();
        } catch (CommandFailedException e) {
            if (!e.code().equals("NODE_NOT_READY")) {
                throw e;
            }
            return e.problem();
        }
    }
}
