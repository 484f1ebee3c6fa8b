package dev.holdfast.server;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.postgres.keys.ApiKeys;
import java.util.Optional;

/** What a node keeps its workflows in. Opened by the thread that starts the node, closed after the engine. */
sealed interface NodeStore extends AutoCloseable permits PostgresNodeStore, MemoryNodeStore {
    /** The one that the configuration names. */
    static NodeStore open(NodeConfig node) {
        return switch (node.store()) {
            case POSTGRES -> PostgresNodeStore.open(node);
            case MEMORY -> new MemoryNodeStore(node.name());
        };
    }

    /** An engine on it, not started yet, with the samples. */
    Holdfast.Builder engine(WorkflowRegistration registration, EngineConfig limits, boolean allowHalt);

    /** The keys that are kept in it. */
    ApiKeys keys();

    /** The name of the node in it. */
    String nodeName();

    /** What the node opens, for people who set {@code max_connections}. */
    String connections();

    /** Where psql finds it, of an embedded server. */
    Optional<String> psqlUrl();

    @Override
    void close();
}
