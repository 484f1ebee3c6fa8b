package dev.holdfast.simulation;

import dev.holdfast.Codec;
import dev.holdfast.EngineConfig;
import dev.holdfast.engine.Engine;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.engine.execution.Platform;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The nodes of one database, each of which takes over from the one before. Their threads take turns. */
final class Nodes {
    private final Turns turns;
    private final MemoryDatabase database;
    private final EngineConfig config;
    private final Function<BooleanSupplier, ProgramCode> code;
    private final Codec codec;
    private final Duration heldFor;
    private final List<String> failures = new ArrayList<>();
    private @Nullable MemoryStore store;
    private @Nullable Engine engine;

    /**
     * {@code code} makes the code of a node, which may ask whether the workflows are still that node's; {@code holds}
     * says whether an outcome waits for what follows, however long that takes.
     */
    Nodes(
            Turns turns,
            MemoryDatabase database,
            EngineConfig config,
            Function<BooleanSupplier, ProgramCode> code,
            boolean holds) {
        this.turns = turns;
        this.database = database;
        this.config = config;
        this.code = code;
        this.codec = new YieldingCodec(turns);
        this.heldFor = holds ? Duration.ofDays(1) : Duration.ZERO;
    }

    /** The node that runs, if it has started. */
    Optional<Engine> current() {
        return Optional.ofNullable(engine);
    }

    /** What no thread of a node may ever throw. */
    List<String> failures() {
        return failures;
    }

    /** Ends the node like a killed process. */
    void crash() {
        MemoryStore dying = store;
        if (dying != null) {
            turns.start("crash", guarded(dying::crash));
        }
    }

    /** Starts another node, which takes over, and closes the one before. */
    void replace() {
        Engine former = engine;
        engine = null;
        turns.start("start", guarded(() -> {
            MemoryStore next = new MemoryStore(database, "node", YieldingCodec.JSON, heldFor, turns.threads("writer"));
            Engine started = EngineBuilder.on(telemetry -> next)
                    .codec(codec)
                    .config(config)
                    .platform(new SimulatedPlatform())
                    .register(ProgramCode.DEFINITION, code.apply(() -> owns(next)))
                    .start();
            store = next;
            engine = started;
        }));
        close(former);
    }

    /** Closes the node. */
    void close() {
        close(engine);
        engine = null;
    }

    private void close(@Nullable Engine closing) {
        if (closing != null) {
            turns.start("close", guarded(closing::close));
        }
    }

    private static boolean owns(MemoryStore store) {
        try {
            return store.ownership().epoch(0) > 0;
        } catch (OwnershipLostException e) {
            return false;
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                failures.add("a node failed: " + e);
            }
        };
    }

    /** Threads that take turns, and the time of the simulation. */
    private final class SimulatedPlatform extends Platform {
        @Override
        public ThreadFactory workflows() {
            return turns.threads("workflow");
        }

        @Override
        public ThreadFactory daemons(String name) {
            return turns.threads(name);
        }

        @Override
        public long nanoTime() {
            return turns.nanoTime();
        }
    }
}
