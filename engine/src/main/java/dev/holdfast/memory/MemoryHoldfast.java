package dev.holdfast.memory;

import dev.holdfast.Holdfast;
import dev.holdfast.JacksonCodec;
import dev.holdfast.engine.EngineBuilder;

/**
 * Starts engines in the memory of this process, for tests and for nodes that keep nothing. They behave as on
 * PostgreSQL, and whatever they accept is gone with the process. Stateless.
 *
 * <pre>{@code
 * try (Holdfast holdfast = MemoryHoldfast.create().register(PAY, new Pay(bank)).start()) { ... }
 * }</pre>
 */
public final class MemoryHoldfast {
    private static final String NODE = "memory";

    private MemoryHoldfast() {}

    /** An engine on an empty database of its own. */
    public static Holdfast.Builder create() {
        return on(new MemoryDatabase(), NODE);
    }

    /** An engine on this database, which other engines may share, as the node of this name. */
    public static Holdfast.Builder on(MemoryDatabase database, String node) {
        return EngineBuilder.on(telemetry -> new MemoryStore(database, node, new JacksonCodec()));
    }
}
