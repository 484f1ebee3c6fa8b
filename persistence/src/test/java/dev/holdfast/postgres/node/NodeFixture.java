package dev.holdfast.postgres.node;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.Jdbi;

/** A node with workflows of two steps: some end well, some fail, some are parked, some wait until they are let. */
public final class NodeFixture extends TestResource {
    public static final Definition<String, String> DEFINITION = Definition.of("locked", 1, String.class, String.class);
    /** A run takes a few milliseconds; a wait for a lock takes longer than this. */
    public static final Duration BOUND = Duration.ofSeconds(2);
    /** The steps of one that is long, more than are copied by one commit. */
    public static final int LONG = 1_200;

    public final TestDatabase database = TestDatabase.migrated();
    public final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Set<String> entered = ConcurrentHashMap.newKeySet();
    private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
    /** When the bodies of long ones ran. */
    public final List<Long> bodies = new CopyOnWriteArrayList<>();

    private final EngineConfig config;
    private Holdfast engine;

    public NodeFixture() {
        this(EngineConfig.defaults());
    }

    public NodeFixture(EngineConfig config) {
        this.config = config.shutdownGrace(Duration.ofMillis(200));
        engine = start();
    }

    private Holdfast start() {
        return TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                .config(config)
                .register(DEFINITION, this::run)
                .start();
    }

    private String run(WorkflowContext ctx, String input) {
        String first = ctx.step("first", String.class, step -> {
            entered.add(input);
            if (input.startsWith("wait")) {
                gate(input).await(); // until it is let, or interrupted
            }
            return input;
        });
        for (int i = 0; input.startsWith("park long") && i < LONG; i++) {
            ctx.step("another", Boolean.class, step -> bodies.add(System.nanoTime()));
        }
        String second = ctx.step("second", String.class, step -> first + "!");
        if (input.startsWith("fail")) {
            throw new WorkflowFailedException("as it should");
        }
        if (input.startsWith("park")) {
            throw new IllegalStateException("as it should");
        }
        return second;
    }

    public Holdfast engine() {
        return engine;
    }

    /** Ends the node; {@link #startEngine} starts another one. */
    public void closeEngine() {
        engine.close();
    }

    public void startEngine() {
        engine = start();
    }

    public WorkflowHandle<String> submit(String input) {
        return engine.submit(DEFINITION, input);
    }

    public WorkflowHandle<String> submit(String input, Submission submission) {
        return engine.submit(DEFINITION, input, submission);
    }

    /** One that is in its first body now. */
    public WorkflowHandle<String> waiting(String input) {
        WorkflowHandle<String> handle = submit(input);
        Await.until(input + " is in its body", () -> entered.contains(input));
        return handle;
    }

    private CountDownLatch gate(String input) {
        return gates.computeIfAbsent(input, any -> new CountDownLatch(1));
    }

    public void let(String input) {
        gate(input).countDown();
    }

    public void parkOne(String input) {
        WorkflowHandle<String> handle = submit(input);
        Await.until(
                "it is parked",
                () -> engine.admin().find(handle.id()).deadLetter().isPresent());
    }

    /** New workflows run from their submission to their end, each within the bound. */
    public void runOthers(String name) throws Exception {
        List<WorkflowHandle<String>> handles = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            handles.add(submit(name + i));
            handles.add(submit(name + "keyed" + i, Submission.key(name + i)));
        }
        for (WorkflowHandle<String> handle : handles) {
            handle.result(BOUND);
        }
    }

    public long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    /** The heartbeat goes on: two more are committed. */
    public void awaitHeartbeats() {
        long before = count("select coalesce(max(counter), 0) from holdfast.heartbeat");
        Await.until(
                "two heartbeats",
                () -> count("select coalesce(max(counter), 0) from holdfast.heartbeat") >= before + 2);
    }

    @Override
    public void close() {
        try (database) {
            engine.close();
        }
    }
}
