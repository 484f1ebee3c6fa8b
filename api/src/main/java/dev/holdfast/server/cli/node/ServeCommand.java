package dev.holdfast.server.cli.node;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.NodeConfig;
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
            "Start a node on a database.",
            "It takes every setting of docs/configuration.md from the environment."
        },
        exitCodeList = {"0:It was told to end (SIGTERM).", "1:It could not start; stderr says why."},
        footer = {"  ./holdfast serve --database-url postgresql://user:password@localhost/shop --node-name one"})
public final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final WorkflowRegistration registration;
    private final Settings settings;

    @Mixin
    private DatabaseOptions database;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Where to listen; another than loopback takes TLS and an API key. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Mixin
    private NodeOptions options;

    @Option(
            names = "--node-name",
            paramLabel = "NAME",
            description = "Unique among living nodes, the same over restarts. Default: the name of the host.")
    private @Nullable String nodeName;

    @Option(
            names = "--lease",
            paramLabel = "TIME",
            description = "How long a node may be silent before another takes over, such as 5s or 500ms. Default: 5s.")
    private @Nullable Duration lease;

    @Option(names = "--samples", description = "Register the samples.")
    private boolean withSamples;

    @Option(names = "--unsafe", description = "Start also on a server that can lose what it has committed.")
    private boolean unsafe;

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
        Optional<DatabaseSettings> place = place();
        NodeConfig config = run.config(Optional.of(host), options.port(), server -> config(server, place));
        Logs.begin(options.logFormat(), config.name());
        if (place.flatMap(found -> found.address().password()).isPresent()
                && spec.commandLine().getParseResult().hasMatchedOption("--database-url")) {
            LOG.warn(
                    "the password of the database stands on the command line, where every user of this machine can read"
                            + " it: use {}",
                    Settings.variable("database-url"));
        }
        return run.run(config, withSamples ? registration : WorkflowRegistration.none(), node -> {
            spec.commandLine().getOut().println("Holdfast runs at " + node.url());
            spec.commandLine().getOut().flush();
        });
    }

    /** Who serves from memory must have meant it: a variable that is left over from a trial is not enough. */
    private void requireStore() {
        boolean told = spec.commandLine().getParseResult().hasMatchedOption("--store");
        if (options.store() == StoreKind.MEMORY && !told) {
            throw new ParameterException(
                    spec.commandLine(),
                    Settings.variable("store") + " is memory, from which nothing survives the process: serve wants that"
                            + " said on its command line, with --store memory");
        }
    }

    /** In memory only where none is named; else the configuration refuses it. */
    private Optional<DatabaseSettings> place() {
        boolean none = options.store() == StoreKind.MEMORY && !database.areNamed(settings);
        return none ? Optional.empty() : Optional.of(database.settings(spec.commandLine(), settings));
    }

    private NodeConfig config(ServerConfig server, Optional<DatabaseSettings> place) {
        return new NodeConfig(
                server,
                place,
                Path.of(""),
                Optional.ofNullable(nodeName),
                Optional.ofNullable(lease),
                options.allowHalt(),
                unsafe,
                options.store());
    }
}
