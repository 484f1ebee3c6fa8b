package dev.holdfast.server;

import dev.holdfast.server.config.ServerConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * The configuration of a node. Created by the command line; immutable.
 *
 * @param nodeName unique among living nodes, stable over restarts; by default the host's name, and for an embedded
 *     server the host's name with a hash of the directory
 * @param lease silence of this node after which another node takes over
 * @param allowHalt allows the probes that end the process on purpose
 */
public record NodeConfig(
        ServerConfig server,
        StoreConfig store,
        Optional<String> nodeName,
        Optional<Duration> lease,
        boolean allowHalt) {
    /** Throws {@link IllegalArgumentException} for an invalid name or lease. */
    public NodeConfig {
        PostgresNodeStore.check(nodeName, lease);
    }

    /** A configuration with a given name and the default lease, without permission to halt. */
    public static NodeConfig named(String name, ServerConfig server, StoreConfig store) {
        return new NodeConfig(server, store, Optional.of(name), Optional.empty(), false);
    }

    /** The effective name of the node. */
    public String name() {
        return PostgresNodeStore.nameOf(this);
    }

    /** Omits the settings, which may have secrets. */
    @Override
    public String toString() {
        return "NodeConfig[name=" + name() + "]";
    }
}
