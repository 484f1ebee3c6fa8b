package dev.holdfast.engine;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Store;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** An engine on a database in memory that can crash, with the questions that tests ask. */
public final class EngineNode implements AutoCloseable {
    /** Long, because it is only ever waited out by a test that fails. */
    public static final Duration DEADLINE = Duration.ofSeconds(30);

    /** Polls quickly, and interrupts at once when it closes. */
    public static final EngineConfig CONFIG = EngineConfig.defaults()
            .loadedMax(1_000)
            .loadedMaxBytes(64 << 20)
            .pollInterval(Duration.ofMillis(5))
            .shutdownGrace(Duration.ZERO);

    private final CrashingStore store;
    private final Store observer;
    private final Engine engine;

    private EngineNode(CrashingStore store, Store observer, Engine engine) {
        this.store = store;
        this.observer = observer;
        this.engine = engine;
    }

    public static EngineNode start(MemoryDatabase database, UnaryOperator<EngineBuilder> with) {
        return start(database, CrashPlan.NEVER, with);
    }

    static EngineNode start(MemoryDatabase database, CrashPlan plan, UnaryOperator<EngineBuilder> with) {
        return start(database, new CrashingStore(new MemoryStore(database), plan), with);
    }

    /** On a store that its workflows know, so that they can die in it. */
    static EngineNode start(MemoryDatabase database, CrashingStore store, UnaryOperator<EngineBuilder> with) {
        Engine engine =
                with.apply(EngineBuilder.on(telemetry -> store).config(CONFIG)).start();
        return new EngineNode(store, new MemoryStore(database), engine);
    }

    public Engine engine() {
        return engine;
    }

    CrashingStore store() {
        return store;
    }

    /** The process is killed; returns when all its threads have noticed. */
    public void crash() {
        store.crash();
        close();
    }

    public <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input) {
        return engine.submit(definition, input);
    }

    <I, O> O run(Definition<I, O> definition, I input) {
        return engine.submit(definition, input).result(DEADLINE);
    }

    <I, O> O run(Definition<I, O> definition, I input, Submission submission) {
        return engine.submit(definition, input, submission).result(DEADLINE);
    }

    /** Waits until the workflow is in this state by the store's word. */
    public WorkflowSummary await(String id, WorkflowStatus status) {
        Await.until("workflow " + id + " is " + status, () -> find(id).status() == status);
        return find(id);
    }

    /** Waits until the workflow is unloaded to wait; what for. */
    WorkflowSummary.Waiting awaitWait(String id) {
        return await(id, WorkflowStatus.WAITING).waitingFor().orElseThrow();
    }

    /** As the database has it, also after this node has died. */
    WorkflowSummary find(String id) {
        return observer.find(observer.locate(id).orElseThrow()).orElseThrow();
    }

    List<LogRecord> log(String id) {
        return observer.log(observer.locate(id).orElseThrow(), 0, 100_000, Long.MAX_VALUE);
    }

    /** Waits until it is parked; its open dead letter. */
    public ParkingReason deadLetter(String id) {
        await(id, WorkflowStatus.DEAD_LETTERED);
        return deadLetterNow(id);
    }

    ParkingReason deadLetterNow(String id) {
        return LogRecord.lastEvent(log(id))
                .flatMap(LogRecord::openDeadLetter)
                .orElseThrow(() -> new AssertionError("workflow " + id + " is not parked: " + log(id)));
    }

    @Override
    public void close() {
        engine.close();
    }
}
