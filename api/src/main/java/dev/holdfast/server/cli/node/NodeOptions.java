package dev.holdfast.server.cli.node;

import dev.holdfast.server.config.StoreKind;
import dev.holdfast.server.log.LogFormat;
import picocli.CommandLine.Option;

/** What all commands that are a node have in common. */
final class NodeOptions {
    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7070",
            description = "Where to listen; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--allow-halt", description = "Let the probes that are made for it end this process.")
    private boolean allowHalt;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json, one object a line. Default: ${DEFAULT-VALUE}.")
    private LogFormat logFormat;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            defaultValue = "postgres",
            description =
                    "postgres; or memory, to try things out: nothing survives the process. Default: ${DEFAULT-VALUE}.")
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
