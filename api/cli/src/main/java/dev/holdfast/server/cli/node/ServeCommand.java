package dev.holdfast.server.cli.node;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.server.NodeConfig;
import dev.holdfast.server.StoreConfig;
import dev.holdfast.server.WorkflowRegistration;
import dev.holdfast.server.cli.option.DatabaseOptions;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.config.StoreKind;
import dev.holdfast.server.log.Logs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code holdfast serve}. */
@Command(
        name = "serve",
        description = {
            "Start a node on an existing database. It runs no workflows, and accepts and shows those of other nodes.",
            "It reads all settings of docs/configuration.md from the environment."
        },
        exitCodeList = {"0:The node ended by SIGTERM or Ctrl-C.", "1:The node could not start; stderr says why."},
        footer = {"  ./holdfast serve --database-url postgresql://user:password@localhost/shop"})
public final class ServeCommand implements Callable<Integer> {
    /** Made on use: every command line has this command, and most log nothing. */
    private static final class Log {
        private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
    }

    /** The beginning of the default name of a node without workflows. */
    private static final String GATEWAY = "gateway-";

    private final WorkflowRegistration registration;
    private final Settings settings;

    @Mixin
    private DatabaseOptions database;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description =
                    "Address to listen on; a non-loopback one needs TLS and an API key. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Mixin
    private NodeOptions options;

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description =
                    "Unique among living nodes, stable over restarts. Default: gateway-HOST, with --samples HOST, by"
                            + " the name of the host.")
    private @Nullable String nodeName;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            description = "Silence of a node after which another takes over, such as 5s or 500ms. Default: 5s.")
    private @Nullable Duration lease;

    @Option(names = "--samples", description = "Register the samples.")
    private boolean withSamples;

    @Option(names = "--unsafe", description = "Start even on a database server that can lose commits.")
    private boolean unsafe;

    @Option(
            names = "--restored",
            description = {
                "Mark the database as a restored copy, and stop all its nodes until `holdfast adopt`.",
                "For a physical copy, such as a base backup: it looks like its original. For one start only."
            })
    private boolean restored;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    public ServeCommand(WorkflowRegistration registration, Settings settings) {
        this.registration = registration;
        this.settings = settings;
    }

    @Override
    public Integer call() {
        requireStore();
        NodeRun run = new NodeRun(spec.commandLine(), settings);
        Optional<DatabaseSettings> databaseSettings = databaseSettings();
        NodeConfig config = run.config(Optional.of(host), options.port(), server -> config(server, databaseSettings));
        Logs.begin(options.logFormat(), config.name());
        if (databaseSettings.flatMap(found -> found.address().password()).isPresent()
                && spec.commandLine().getParseResult().hasMatchedOption("--database-url")) {
            Log.LOG.warn(
                    "the password of the database is on the command line, where every user of this machine can read"
                            + " it: use {}",
                    Settings.variable("database-url"));
        }
        return run.run(config, withSamples ? registration : WorkflowRegistration.none(), node -> {
            spec.commandLine().getOut().println("Holdfast runs at " + node.url());
            spec.commandLine().getOut().flush();
        });
    }

    /** Requires --store memory on the command line, because a variable may be left over from a trial. */
    private void requireStore() {
        boolean onCommandLine = spec.commandLine().getParseResult().hasMatchedOption("--store");
        if (options.store() == StoreKind.MEMORY && !onCommandLine) {
            throw new ParameterException(
                    spec.commandLine(),
                    Settings.variable("store")
                            + " is memory, and no data in it survives the process: to confirm that, serve expects"
                            + " --store memory on its command line");
        }
    }

    /** In memory only where none is named; else the configuration refuses it. */
    private Optional<DatabaseSettings> databaseSettings() {
        boolean none = options.store() == StoreKind.MEMORY && !database.areNamed(settings);
        return none ? Optional.empty() : Optional.of(database.settings(spec.commandLine(), settings));
    }

    /** Not the name of the host: a node of the application on the same host has that by default. */
    private Optional<String> gatewayName() {
        String host = PostgresConfig.defaults().nodeName();
        return withSamples ? Optional.empty() : Optional.of(GATEWAY + host);
    }

    private NodeConfig config(ServerConfig server, Optional<DatabaseSettings> databaseSettings) {
        return new NodeConfig(
                server,
                new StoreConfig(options.store(), databaseSettings, Path.of(""), unsafe, restored),
                Optional.ofNullable(nodeName).or(this::gatewayName),
                Optional.ofNullable(lease),
                options.allowHalt());
    }
}
