package dev.holdfast.server.cli.node;

import dev.holdfast.server.Node;
import dev.holdfast.server.NodeConfig;
import dev.holdfast.server.StoreConfig;
import dev.holdfast.server.WorkflowRegistration;
import dev.holdfast.server.config.DatabaseSettingsLoader;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.config.StoreKind;
import dev.holdfast.server.log.Logs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast dev}. */
@Command(
        name = "dev",
        description = {
            "Start a node with an embedded PostgreSQL and the samples.",
            "With --store memory there is no PostgreSQL, and no data survives the process."
        },
        exitCodeList = {"0:The node ended by SIGTERM or Ctrl-C.", "1:The node could not start; stderr says why."},
        footer = {
            "  ./holdfast dev",
            "  ./holdfast dev --port 7071 --data /tmp/holdfast",
            "  ./holdfast dev --store memory"
        })
public final class DevCommand implements Callable<Integer> {
    private static final Set<String> UNUSED_BY_DEV = Stream.concat(
                    DatabaseSettingsLoader.keys().stream(), Stream.of("node-name", "lease", "unsafe"))
            .collect(Collectors.toCollection(TreeSet::new));

    private final WorkflowRegistration registration;
    private final Settings settings;

    @Mixin
    private NodeOptions options;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:user.home}/.holdfast/dev",
            description = "Data directory of the database; kept over restarts. Default: ~/.holdfast/dev.")
    private Path data;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    public DevCommand(WorkflowRegistration registration, Settings settings) {
        this.registration = registration;
        this.settings = settings;
    }

    @Override
    public Integer call() {
        requireHome();
        NodeRun run = new NodeRun(spec.commandLine(), settings);
        UNUSED_BY_DEV.stream().filter(key -> settings.text(key).isPresent()).forEach(this::warn);
        NodeConfig config = run.config(
                Optional.empty(),
                options.port(),
                server -> new NodeConfig(
                        server,
                        new StoreConfig(options.store(), Optional.empty(), data, false, false),
                        Optional.empty(),
                        Optional.empty(),
                        options.allowHalt()));
        Logs.begin(options.logFormat(), config.name());
        return run.run(config, registration, this::greet);
    }

    /** Java names the home of a user without one "?", which would be a directory below the current one. */
    private void requireHome() {
        boolean named = spec.commandLine().getParseResult().hasMatchedOption("--data");
        if (options.store() != StoreKind.MEMORY && !named && !data.isAbsolute()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "this user has no home directory: name one for the data with --data DIR");
        }
    }

    private void warn(String key) {
        spec.commandLine()
                .getErr()
                .println(Settings.variable(key) + " is set, but dev ignores it: it starts its own database."
                        + " To use an existing one, run serve.");
    }

    private void greet(Node node) {
        var out = spec.commandLine().getOut();
        out.println("Holdfast runs at " + node.url());
        if (options.store() == StoreKind.MEMORY) {
            out.println("Its store:        the memory of this process; no data survives it");
        }
        node.psqlUrl().ifPresent(url -> out.println("Its database:     psql " + url));
        out.println("Try:              curl -s -H 'Content-Type: application/json' -H 'Prefer: wait=10'"
                + " -d '{\"item\":\"book\",\"quantity\":2,\"cardToken\":\"tok\"}' "
                + node.url() + "/v1/workflows/probe.order");
        out.flush();
    }
}
