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
import dev.holdfast.server.cli.output.Terminal;
import dev.holdfast.server.cli.output.Words;
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
            "Check the database of an installation, and the node at --url if one responds.",
            "It writes nothing. A check that could not run is \"no data\", never \"ok\"."
        },
        exitCodeList = {"0:No check is degraded or unreachable.", "1:A check is; stdout says which, and what to do."},
        footer = {
            "  ./holdfast doctor --database-url postgresql://user:password@localhost/shop",
            "  ./holdfast doctor --json --database-url postgresql://user:password@localhost/shop"
        })
public final class DoctorCommand implements Callable<Integer> {
    private static final String NODE = "node";
    /** The width of the columns CHECK and STATE, and a least width for the third. */
    private static final int BEFORE_SEEN = 35;

    private static final int SEEN_MIN = 40;

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
        DatabaseSettings target = database.settings(spec.commandLine(), settings);
        List<Finding> findings = new ArrayList<>(PostgresNodeStore.examine(target));
        findings.add(client.call(this::node));
        print(findings);
        return findings.stream().anyMatch(Finding::isTrouble) ? CommandLine.ExitCode.SOFTWARE : CommandLine.ExitCode.OK;
    }

    private Finding node(Client node) {
        try {
            node.get("/health/ready", Map.of(), Duration.ZERO);
            return Finding.ok(NODE, "the node is ready");
        } catch (CommandFailedException e) {
            if (e.code().equals("NODE_NOT_READY")) {
                return Finding.degraded(
                        NODE,
                        "the node is not ready: " + failedChecks(e),
                        "Check the findings above; they may be the cause.");
            }
            return client.isUrlGiven()
                    ? Finding.unreachable(NODE, e.detail(), "Start it, or set --url to its address.")
                    : Finding.noData(NODE, e.detail(), "If a node should run, set --url to its address.");
        }
    }

    private static String failedChecks(CommandFailedException failure) {
        return StreamSupport.stream(failure.problem().path("checks").spliterator(), false)
                .filter(check -> !check.path("holds").asBoolean(false))
                .map((JsonNode check) -> JsonText.value(check.path("name")))
                .collect(Collectors.joining(", "));
    }

    private void print(List<Finding> findings) {
        if (client.json()) {
            client.out().println(JsonMapper.shared().writeValueAsString(Map.of("items", findings)));
            return;
        }
        int columns = Terminal.columns();
        Table table = new Table("CHECK", "STATE", "SEEN");
        findings.forEach(one -> add(table, one, columns));
        table.lines(columns).forEach(client.out()::println);
        List<Finding> todo =
                findings.stream().filter(one -> !one.todo().isEmpty()).toList();
        if (!todo.isEmpty()) {
            client.out().println();
            client.out().println("What to do:");
            todo.forEach(one -> client.out().println("  " + one.check() + ": " + one.todo()));
        }
    }

    /** What was seen is needed in full, so it gets as many lines as it takes. */
    private static void add(Table table, Finding one, int columns) {
        List<String> seen = Words.wrapped(one.seen(), Math.max(SEEN_MIN, columns - BEFORE_SEEN));
        table.add(one.check(), word(one.state()), seen.getFirst());
        seen.stream().skip(1).forEach(line -> table.add("", "", line));
    }

    private static String word(Finding.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
