package dev.holdfast.server;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.postgres.keys.ApiKeys;
import java.util.Optional;

/** The store of a node. Opened by the thread that starts the node, closed after the engine. */
sealed interface NodeStore extends AutoCloseable permits PostgresNodeStore, MemoryNodeStore {
    /** Opens the configured store. */
    static NodeStore open(NodeConfig node) {
        return switch (node.store().kind()) {
            case POSTGRES -> PostgresNodeStore.open(node);
            case MEMORY -> new MemoryNodeStore(node.name());
        };
    }

    /** Builds an engine on this store, with the registered workflows, and does not start it. */
    Holdfast.Builder engine(WorkflowRegistration registration, EngineConfig limits, boolean allowHalt);

    /** The API keys in this store. */
    ApiKeys keys();

    /** The name of the node. */
    String nodeName();

    /** The connections that the node opens, as text for operators who set {@code max_connections}. */
    String connections();

    /** The URL for psql; only of an embedded server. */
    Optional<String> psqlUrl();

    @Override
    void close();
}
