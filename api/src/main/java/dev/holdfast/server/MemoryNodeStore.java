package dev.holdfast.server;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryHoldfast;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.auth.NoApiKeys;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in the memory of this process; the engine closes it. Opening it logs a warning that its data is lost with the
 * process. Immutable.
 */
record MemoryNodeStore(String nodeName) implements NodeStore {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryNodeStore.class);

    @Override
    public Holdfast.Builder engine(WorkflowRegistration registration, EngineConfig limits, boolean allowHalt) {
        LOG.warn("the store is memory: no workflow that this node accepts survives its process");
        Holdfast.Builder builder =
                MemoryHoldfast.on(new MemoryDatabase(), nodeName).config(limits);
        registration.register(builder, null, allowHalt);
        return builder;
    }

    @Override
    public ApiKeys keys() {
        return new NoApiKeys();
    }

    @Override
    public String connections() {
        return "none";
    }

    @Override
    public Optional<String> psqlUrl() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // the engine has closed the store
    }
}
