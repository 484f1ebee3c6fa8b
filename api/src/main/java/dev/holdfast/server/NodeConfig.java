package dev.holdfast.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a node is started with. Made by the command line; immutable.
 *
 * @param databaseUrl in either form of {@code --database-url}, kept in that of JDBC; empty for an embedded server
 * @param data the data directory of an embedded server
 * @param nodeName unique among living nodes, the same over restarts; by default the host's name, and for an embedded
 *     server a name made from it and the directory
 * @param lease how long the node may be silent before another one takes over
 * @param allowHalt lets samples that are made for it end the process
 */
public record NodeConfig(
        ServerConfig server,
        Optional<String> databaseUrl,
        Path data,
        Optional<String> nodeName,
        Optional<Duration> lease,
        boolean allowHalt) {
    /** Throws {@link IllegalArgumentException} for a URL of another kind of database, a name or lease out of range. */
    public NodeConfig {
        databaseUrl = databaseUrl.map(DatabaseUrl::toJdbc);
        Database.check(databaseUrl, nodeName, lease);
    }

    /** The name that the node goes by, given or not. */
    public String name() {
        return Database.nameOf(this);
    }

    /** Without the URL, in which a password may stand. */
    @Override
    public String toString() {
        return "NodeConfig[name=" + name() + "]";
    }
}
