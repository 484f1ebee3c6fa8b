package dev.holdfast.postgres.connect;

import java.util.List;
import java.util.Optional;

/**
 * The settings of the connections to a database. Made by the program that starts a node; immutable.
 *
 * @param channelBinding {@code disable}, {@code prefer} or {@code require}; the driver prefers it by default
 * @param pooler whether a pooler in transaction mode is in front of the server: sessions are then left unchanged
 * @param searchPath schemas that sessions search, for other code on these connections; statements of Holdfast are
 *     qualified
 */
public record DatabaseSettings(
        DatabaseAddress address,
        DatabaseTls tls,
        Optional<String> channelBinding,
        PoolSettings pool,
        List<String> searchPath,
        boolean pooler) {
    /** Keeps its own copy. Throws {@link IllegalArgumentException} for a wrong schema name, or behind a pooler. */
    public DatabaseSettings {
        searchPath = List.copyOf(searchPath);
        if (pooler && !searchPath.isEmpty()) {
            throw new IllegalArgumentException("search-path cannot be used with pooler: a pooler shares sessions");
        }
        for (String schema : searchPath) {
            if (!schema.matches("[A-Za-z0-9_]+")) {
                throw new IllegalArgumentException("search-path has \"" + schema
                        + "\": expected names of A-Z, a-z, 0-9 and _, several with commas");
            }
        }
    }

    /** The database of this URL, in either form of {@link DatabaseUrl}, with defaults for the rest. */
    public static DatabaseSettings of(String url) {
        DatabaseUrl parsed = DatabaseUrl.parse(url);
        return new DatabaseSettings(
                parsed.address(),
                DatabaseTls.of(parsed.address(), parsed.tls(), Optional.empty()),
                parsed.channelBinding(),
                PoolSettings.defaults(),
                List.of(),
                false);
    }

    /** The same with a pool of these sizes. */
    public DatabaseSettings pool(int min, int max) {
        return new DatabaseSettings(address, tls, channelBinding, pool.sizes(min, max), searchPath, pooler);
    }

    /** The same with this TLS. */
    public DatabaseSettings tls(DatabaseTls other) {
        return new DatabaseSettings(address, other, channelBinding, pool, searchPath, pooler);
    }

    /** The same behind a pooler in transaction mode. */
    public DatabaseSettings behindPooler() {
        return new DatabaseSettings(address, tls, channelBinding, pool, searchPath, true);
    }
}
