package dev.holdfast.testing;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.Workflow;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the nodes of a kit are started with. Not safe for several threads, except for {@link #start}. */
final class Setup {
    private static final String CALLBACKS = "https://callbacks.example.com";
    /** Far from the real time, so that code that reads another clock is seen. A Monday. */
    private static final Instant START = Instant.parse("2035-01-01T00:00:00Z");

    /** So short because a moved clock may find the last run of a workflow still leaving. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(1);

    /** The code of a version of a definition. */
    private record Code<I, O>(Definition<I, O> definition, Workflow<I, O> workflow) {
        void register(Holdfast.Builder with) {
            with.register(definition, workflow);
        }
    }

    private final Map<DefinitionVersion, Code<?, ?>> code = new LinkedHashMap<>();
    private final Map<String, Stub> stubs = new LinkedHashMap<>();
    private EngineConfig config = EngineConfig.defaults().callbackBaseUrl(CALLBACKS);
    private Codec codec = new JacksonCodec();
    private Instant start = START;
    private Duration patience = Duration.ofSeconds(10);
    private boolean lenient;

    Setup copy() {
        Setup copy = new Setup();
        copy.code.putAll(code);
        copy.stubs.putAll(stubs);
        copy.config = config;
        copy.codec = codec;
        copy.start = start;
        copy.patience = patience;
        copy.lenient = lenient;
        return copy;
    }

    /** Sets the code of a definition, or replaces it. */
    synchronized <I, O> void code(Definition<I, O> definition, Workflow<I, O> workflow) {
        code.put(new DefinitionVersion(definition.name(), definition.version()), new Code<>(definition, workflow));
    }

    void stub(String step, Stub stub) {
        stubs.put(step, stub);
    }

    void config(EngineConfig limits) {
        config = limits.callbackBaseUrl().isPresent() ? limits : limits.callbackBaseUrl(CALLBACKS);
    }

    void codec(Codec other) {
        codec = other;
    }

    void startTime(Instant time) {
        start = time;
    }

    void patience(Duration longest) {
        patience = longest;
    }

    void lenient() {
        lenient = true;
    }

    Map<String, Stub> stubs() {
        return stubs;
    }

    Codec codec() {
        return codec;
    }

    Instant startTime() {
        return start;
    }

    Duration patience() {
        return patience;
    }

    boolean isLenient() {
        return lenient;
    }

    /** Starts a node whose waits are all due times in the store. */
    synchronized Holdfast start(MemoryStore store, AttemptOrder order) {
        EngineBuilder builder = EngineBuilder.on(telemetry -> store)
                .codec(codec)
                .config(config.keptLoaded(Duration.ZERO)
                        .pollInterval(POLL_INTERVAL)
                        .shutdownGrace(Duration.ZERO))
                .order(order);
        code.values().forEach(one -> one.register(builder));
        return builder.start();
    }
}
