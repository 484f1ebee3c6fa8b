package dev.holdfast.server.config;

import java.util.Locale;

/** Where a node keeps its workflows: the setting {@code store}. */
public enum StoreKind {
    /** In PostgreSQL. */
    POSTGRES,
    /** In the memory of the process, and gone with it: to try things out. */
    MEMORY;

    /** By its name in lower case. Throws {@link IllegalArgumentException}. */
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
