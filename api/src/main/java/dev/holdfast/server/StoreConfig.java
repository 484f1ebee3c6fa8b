package dev.holdfast.server;

import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.server.config.StoreKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The store of a node. Created by the command line; immutable.
 *
 * @param kind with MEMORY, {@code database} must be empty and {@code data} is not used
 * @param database the database to use; empty for an embedded server
 * @param data the data directory of an embedded server
 * @param unsafe starts even on a database server that can lose commits
 * @param restored marks the database as a restored copy; not with MEMORY
 */
public record StoreConfig(
        StoreKind kind, Optional<DatabaseSettings> database, Path data, boolean unsafe, boolean restored) {
    /** Throws {@link IllegalArgumentException} for a database, or a restored one, with the memory store. */
    public StoreConfig {
        if (kind == StoreKind.MEMORY && database.isPresent()) {
            throw new IllegalArgumentException("store is memory, but database-url is set: use only one of them");
        }
        if (kind == StoreKind.MEMORY && restored) {
            throw new IllegalArgumentException("store is memory, which cannot be restored: remove --restored");
        }
    }

    /** An existing database. */
    public static StoreConfig postgres(DatabaseSettings database) {
        return new StoreConfig(StoreKind.POSTGRES, Optional.of(database), Path.of(""), false, false);
    }

    /** An embedded server with this data directory. */
    public static StoreConfig embedded(Path data) {
        return new StoreConfig(StoreKind.POSTGRES, Optional.empty(), data, false, false);
    }

    boolean isEmbedded() {
        return kind == StoreKind.POSTGRES && database.isEmpty();
    }

    /** Omits the settings, which may have secrets. */
    @Override
    public String toString() {
        return "StoreConfig[" + kind + "]";
    }
}
