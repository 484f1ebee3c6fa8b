package dev.holdfast.memory;

import dev.holdfast.Holdfast;
import dev.holdfast.JacksonCodec;
import dev.holdfast.engine.EngineBuilder;

/**
 * The entry point of programs that run an engine in the memory of this process: tests, and nodes that keep nothing.
 * Such an engine behaves as on PostgreSQL, and its workflows end with the process. Stateless; a builder is for one
 * thread.
 *
 * <pre>{@code
 * try (Holdfast holdfast = MemoryHoldfast.create().register(PAY, new Pay(bank)).start()) {
 *     Receipt receipt = holdfast.submit(PAY, order).result(Duration.ofSeconds(30));
 * }
 * }</pre>
 */
public final class MemoryHoldfast {
    private static final String NODE = "memory";

    private MemoryHoldfast() {}

    /** Configures an engine on an empty database of its own, as the node "memory". */
    public static Holdfast.Builder create() {
        return on(new MemoryDatabase(), NODE);
    }

    /**
     * Configures an engine on a database that it may share with engines before and after it, as the node of this name.
     * An engine that starts takes over all workflows of the database, and its predecessor can write nothing any more.
     * Stored errors are read as {@link JacksonCodec} wrote them.
     */
    public static Holdfast.Builder on(MemoryDatabase database, String node) {
        return EngineBuilder.on(telemetry -> new MemoryStore(database, node, new JacksonCodec()));
    }
}
