package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Workflow;
import dev.holdfast.engine.dispatch.Definitions;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.engine.execution.Platform;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.spi.Store;
import io.opentelemetry.api.OpenTelemetry;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts an engine on a store. Made by the store's entry point; one thread; each builder starts one engine. */
public final class EngineBuilder implements Holdfast.Builder {
    private final Function<OpenTelemetry, ? extends Store> store;
    private final Definitions definitions = new Definitions();
    private @Nullable Codec codec;
    private EngineConfig config = EngineConfig.defaults();
    private AttemptOrder order = new AttemptOrder();
    private Platform platform = new Platform();
    private OpenTelemetry telemetry = OpenTelemetry.noop();

    private EngineBuilder(Function<OpenTelemetry, ? extends Store> store) {
        this.store = store;
    }

    /**
     * An engine on the store that this function makes. {@link #start} calls it with the telemetry of the engine;
     * closing the engine closes the store.
     */
    public static EngineBuilder on(Function<OpenTelemetry, ? extends Store> store) {
        return new EngineBuilder(store);
    }

    @Override
    public <I, O> EngineBuilder register(Definition<I, O> definition, Workflow<I, O> workflow) {
        definitions.add(definition, workflow);
        return this;
    }

    @Override
    public EngineBuilder config(EngineConfig limits) {
        this.config = limits;
        return this;
    }

    @Override
    public EngineBuilder codec(Codec other) {
        this.codec = other;
        return this;
    }

    @Override
    public EngineBuilder telemetry(OpenTelemetry to) {
        this.telemetry = to;
        return this;
    }

    /** Replaces the bodies of steps, as test kits do, or the order of records and bodies by a wrong one. */
    public EngineBuilder order(AttemptOrder other) {
        this.order = other;
        return this;
    }

    /** Replaces the threads and the monotonic clock of the engine, as a simulation does. */
    public EngineBuilder platform(Platform other) {
        this.platform = other;
        return this;
    }

    @Override
    public Engine start() {
        Store opened = store.apply(telemetry);
        try {
            Codec ofEngine = codec == null ? new JacksonCodec() : codec;
            return new Engine(opened, definitions, ofEngine, config, order, platform, EngineTelemetry.of(telemetry));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            opened.close();
            throw new HoldfastException("interrupted while waiting for the ownership", e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }
}
