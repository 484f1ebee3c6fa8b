package dev.holdfast.server;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.StoreKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a node is started with. Made by the command line; immutable.
 *
 * @param database which one; empty for an embedded server
 * @param data the data directory of an embedded server
 * @param nodeName unique among living nodes, the same over restarts; by default the host's name, and for an embedded
 *     server a name made from it and the directory
 * @param lease how long the node may be silent before another one takes over
 * @param allowHalt lets samples that are made for it end the process
 * @param unsafe starts also on a server that can lose what it has committed
 * @param store memory takes no URL, and nothing from the data directory
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
    /** Throws {@link IllegalArgumentException} for a name or a lease out of range, and for a database beside memory. */
    public NodeConfig {
        if (store == StoreKind.MEMORY && database.isPresent()) {
            throw new IllegalArgumentException("store is memory, and there is a database-url: leave one of them out");
        }
        PostgresNodeStore.check(nodeName, lease);
    }

    /** On PostgreSQL. */
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

    /** The name that the node goes by, given or not. */
    public String name() {
        return PostgresNodeStore.nameOf(this);
    }

    /** Of which node it is. */
    @Override
    public String toString() {
        return "NodeConfig[name=" + name() + "]";
    }
}
