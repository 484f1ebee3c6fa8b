package dev.holdfast.memory;

import dev.holdfast.Holdfast;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.json.JacksonCodec;

/**
 * The entry point of programs that run an engine in the memory of this process: tests, and nodes without a database.
 * Such an engine behaves as on PostgreSQL, but its workflows are lost with the process. Stateless; one thread may use a
 * builder.
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
     * Configures an engine as the node of this name on a database that other engines may use before and after it. An
     * engine that starts takes over all workflows of the database, and its predecessor can write nothing any more.
     * Summaries read stored errors with {@link JacksonCodec}.
     */
    public static Holdfast.Builder on(MemoryDatabase database, String node) {
        return EngineBuilder.on(telemetry -> new MemoryStore(database, node, new JacksonCodec()));
    }
}
