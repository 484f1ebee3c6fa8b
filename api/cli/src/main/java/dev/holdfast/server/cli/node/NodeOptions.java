package dev.holdfast.server.cli.node;

import dev.holdfast.server.cli.value.Values;
import dev.holdfast.server.config.StoreKind;
import dev.holdfast.server.log.LogFormat;
import picocli.CommandLine.Option;

/** Options of the commands that run a node. */
final class NodeOptions {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = Values.Port.class,
            defaultValue = "7070",
            description = "Port to listen on; 0 picks a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--allow-halt", description = "Allow the probes that end the process on purpose.")
    private boolean allowHalt;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            completionCandidates = Values.Log.class,
            defaultValue = "text",
            description = "text, or json with one object a line. Default: ${DEFAULT-VALUE}.")
    private LogFormat logFormat;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "postgres",
            description = "postgres, or memory for trials: no data survives the process. Default: ${DEFAULT-VALUE}.")
    private StoreKind store;

    @SuppressWarnings("NullAway.Init")
    NodeOptions() {}

    int port() {
        return port;
    }

    boolean allowHalt() {
        return allowHalt;
    }

    StoreKind store() {
        return store;
    }

    LogFormat logFormat() {
        return logFormat;
    }
}
