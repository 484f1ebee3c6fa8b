package dev.holdfast.server.cli.node;

import dev.holdfast.server.Node;
import dev.holdfast.server.NodeConfig;
import dev.holdfast.server.WorkflowRegistration;
import dev.holdfast.server.cli.option.SettingDefaults;
import dev.holdfast.server.config.DatabaseSettingsLoader;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Settings;
import dev.holdfast.server.log.JulToSlf4j;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine;

/** Runs a node until SIGTERM, SIGINT, or an interrupt of its thread. Used by one thread. */
public final class NodeRun {
    private final CommandLine command;
    private final Settings settings;

    NodeRun(CommandLine command, Settings settings) {
        this.command = command;
        this.settings = settings;
    }

    /** Builds the configuration from the settings of the server. Invalid settings are wrong usage. */
    NodeConfig config(Optional<String> host, int port, Function<ServerConfig, NodeConfig> maker) {
        try {
            return maker.apply(server(host, port));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command, e.getMessage(), e);
        }
    }

    /** The keys of all settings. */
    public static Set<String> known() {
        Set<String> known = new TreeSet<>(ServerConfig.KEYS);
        known.addAll(SettingDefaults.OPTIONS);
        known.addAll(DatabaseSettingsLoader.keys());
        return known;
    }

    /** The settings from the environment, with host and port from the command line. */
    private ServerConfig server(Optional<String> host, int port) {
        settings.requireOnly(known());
        Map<String, String> all = new LinkedHashMap<>(settings.values());
        host.ifPresent(name -> all.put("host", name));
        all.put("port", String.valueOf(port));
        return ServerConfig.of(new Settings(all));
    }

    /** {@code joined} is called once the node has joined. */
    int run(NodeConfig config, WorkflowRegistration registration, Consumer<Node> joined) {
        JulToSlf4j.install();
        Node node = new Node(config, registration);
        Thread hook = Thread.ofPlatform().name("holdfast-shutdown").unstarted(node::close);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            node.start();
            joined.accept(node);
            node.awaitClose();
        } catch (InterruptedException e) {
            // a request to end
        } catch (RuntimeException e) {
            if (!node.isClosing()) {
                throw e;
            }
        } finally {
            node.close();
        }
        return CommandLine.ExitCode.OK;
    }
}
