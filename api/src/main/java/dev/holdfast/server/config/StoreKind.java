package dev.holdfast.server.config;

import java.util.Locale;

/** The store of a node: the setting {@code store}. */
public enum StoreKind {
    /** In PostgreSQL. */
    POSTGRES,
    /** In the memory of the process, and lost with it; for trials. */
    MEMORY;

    /** Parses the name in lower case. Throws {@link IllegalArgumentException}. */
    public static StoreKind of(String text) {
        return switch (text) {
            case "postgres" -> POSTGRES;
            case "memory" -> MEMORY;
            default -> throw new IllegalArgumentException("store is \"" + text + "\": expected postgres or memory");
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
