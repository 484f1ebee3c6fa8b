package dev.holdfast.server.cli.node;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.doctor.Finding;
import dev.holdfast.server.PostgresNodeStore;
import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.CommandFailedException;
import dev.holdfast.server.cli.option.DatabaseOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast doctor}. */
@Command(
        name = "doctor",
        description = {
            "Examine the database of an installation, and the node at --url if one answers.",
            "It reads, and writes nothing. What could not be looked at is \"no data\", never \"ok\"."
        },
        exitCodeList = {"0:Nothing is degraded or unreachable.", "1:Something is; stdout says what, and what to do."},
        footer = {
            "  ./holdfast doctor --database-url postgresql://user:password@localhost/shop",
            "  ./holdfast doctor --json --database-url postgresql://user:password@localhost/shop"
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final String NODE = "node";

    private final Settings settings;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private ClientOptions client;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    public DoctorCommand(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Integer call() {
        DatabaseSettings of = database.settings(spec.commandLine(), settings);
        List<Finding> findings = new ArrayList<>(PostgresNodeStore.examine(of));
        findings.add(client.ask(this::node));
        print(findings);
        return findings.stream().anyMatch(Finding::isTrouble) ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private Finding node(Client node) {
        try {
            node.get("/health/ready", Map.of(), Duration.ZERO);
            return Finding.ok(NODE, "it is ready");
        } catch (CommandFailedException e) {
            if (e.code().equals("NODE_NOT_READY")) {
                return Finding.degraded(NODE, "it is not ready: " + wrong(e), "What stands above may be the cause.");
            }
            return client.isUrlGiven()
                    ? Finding.unreachable(NODE, e.detail(), "Start it, or say with --url where it is.")
                    : Finding.noData(NODE, e.detail(), "Say with --url where a node is, if one should run.");
        }
    }

    private static String wrong(CommandFailedException refused) {
        return StreamSupport.stream(refused.problem().path("checks").spliterator(), false)
                .filter(check -> !check.path("holds").asBoolean(false))
                .map((JsonNode check) -> JsonText.value(check.path("name")))
                .collect(Collectors.joining(", "));
    }

    private void print(List<Finding> findings) {
        if (client.json()) {
            client.out().println(JsonMapper.shared().writeValueAsString(Map.of("items", findings)));
            return;
        }
        Table table = new Table("CHECK", "STATE", "SEEN");
        findings.forEach(one -> table.add(one.check(), word(one.state()), one.seen()));
        table.lines().forEach(client.out()::println);
        List<Finding> todo =
                findings.stream().filter(one -> !one.todo().isEmpty()).toList();
        if (!todo.isEmpty()) {
            client.out().println();
            client.out().println("What to do:");
            todo.forEach(one -> client.out().println("  " + one.check() + ": " + one.todo()));
        }
    }

    private static String word(Finding.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
