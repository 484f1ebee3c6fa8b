package dev.holdfast.server;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The configuration of a node. Created by the command line; immutable.
 *
 * @param database the database to use; empty for an embedded server
 * @param data the data directory of an embedded server
 * @param nodeName unique among living nodes, stable over restarts; by default the host's name, and for an embedded
 *     server the host's name with a hash of the directory
 * @param lease silence of this node after which another node takes over
 * @param allowHalt allows the probes that end the process on purpose
 * @param unsafe starts even on a database server that can lose commits
 * @param store with MEMORY, {@code database} must be empty and {@code data} is not used
 */
public record NodeConfig(
        ServerConfig server,
        Optional<DatabaseSettings> database,
        Path data,
        Optional<String> nodeName,
        Optional<Duration> lease,
        boolean allowHalt,
        boolean unsafe,
        StoreKind store) {
    /**
     * Throws {@link IllegalArgumentException} for an invalid name or lease, and for a database with the memory store.
     */
    public NodeConfig {
        if (store == StoreKind.MEMORY && database.isPresent()) {
            throw new IllegalArgumentException("store is memory, but database-url is set: use only one of them");
        }
        PostgresNodeStore.check(nodeName, lease);
    }

    /** A configuration with the PostgreSQL store. */
    public NodeConfig(
            ServerConfig server,
            Optional<DatabaseSettings> database,
            Path data,
            Optional<String> nodeName,
            Optional<Duration> lease,
            boolean allowHalt,
            boolean unsafe) {
        this(server, database, data, nodeName, lease, allowHalt, unsafe, StoreKind.POSTGRES);
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
