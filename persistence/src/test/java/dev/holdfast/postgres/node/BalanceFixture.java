package dev.holdfast.postgres.node;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepScope;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.StoreWith;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Jdbi;

/** Two nodes on one database, in one process; the test says which of them is to own how much. */
public final class BalanceFixture extends TestResource {
    static final Definition<Integer, Integer> DEFINITION = Definition.of("moved", 1, Integer.class, Integer.class);
    static final Definition<Integer, Integer> GATED = Definition.of("gated", 1, Integer.class, Integer.class);
    private static final RetryPolicy SELDOM = RetryPolicy.exponential(Duration.ofMinutes(10), 5);
    public static final List<String> NODES = List.of("a", "b");
    public static final int BUCKETS = 16;
    static final int STEPS = 6;

    /** Long, so that no node is declared dead; the heartbeat is short, because every move waits for two. */
    private static final Duration LEASE = Duration.ofSeconds(10);

    private static final Duration HEARTBEAT = Duration.ofMillis(25);

    /** Every load that counts one more is kept, since the row goes when the workflow ends. */
    private static final String KEEP_COUNTED_LOADS = """
            create table public.counted (uid uuid, loads integer, at timestamptz default clock_timestamp());
            create function public.keep() returns trigger language plpgsql as $$
            begin
                insert into public.counted (uid, loads) values (new.uid, new.loads);
                return null;
            end $$;
            create trigger keep after update on holdfast.open_workflow for each row when (new.loads > 0)
                execute function public.keep()""";

    private static final String OWNED = """
            select count(*) from generate_series(0, ? - 1) b join holdfast.incarnation i on i.id = holdfast.owner(b)
            join holdfast.node n using (number) where n.name = ?""";

    /** How often the body of an attempt was called. */
    final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();

    final CountDownLatch gate = new CountDownLatch(1);

    private final TestDatabase database = TestDatabase.migrated();
    final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Map<String, StoreWith.Interference> interference;
    private final UnaryOperator<Holdfast.Builder> more;
    private final Map<String, Integer> shares = new ConcurrentHashMap<>(Map.of("a", BUCKETS, "b", 0));
    private final Map<String, Holdfast> engines = new ConcurrentHashMap<>();

    BalanceFixture() {
        this(Map.of(), builder -> builder);
    }

    /** With more definitions. */
    public BalanceFixture(UnaryOperator<Holdfast.Builder> more) {
        this(Map.of(), more);
    }

    /** With something between an engine and its store, by the name of the node. */
    BalanceFixture(Map<String, StoreWith.Interference> interference) {
        this(interference, builder -> builder);
    }

    private BalanceFixture(Map<String, StoreWith.Interference> interference, UnaryOperator<Holdfast.Builder> more) {
        this.interference = interference;
        this.more = more;
        jdbi.useHandle(handle -> handle.execute(KEEP_COUNTED_LOADS));
        NODES.forEach(node -> engines.put(node, start(node)));
        awaitOwned("a", BUCKETS);
    }

    private Holdfast start(String node) {
        PostgresConfig config = config(node);
        Connector connector = new Connector(config.database().orElseThrow(), node);
        var pool = connector.forReads();
        Holdfast.Builder builder = EngineBuilder.on(telemetry -> StoreWith.of(
                        new PostgresStore(
                                connector.plain(),
                                pool,
                                pool,
                                config,
                                telemetry,
                                WorkflowMailbox::new,
                                (living, mine, buckets) -> shares.getOrDefault(node, 0)),
                        interference.getOrDefault(node, (method, real) -> real.ask())))
                .register(DEFINITION, this::run)
                .register(GATED, this::runGated);
        return more.apply(builder).start();
    }

    private PostgresConfig config(String node) {
        return PostgresConfig.of(database.jdbcUrl())
                .nodeName(node)
                .lease(LEASE)
                .heartbeat(HEARTBEAT)
                .buckets(BUCKETS);
    }

    private int run(WorkflowContext ctx, int input) {
        int sum = 0;
        for (int i = 0; i < STEPS; i++) {
            sum += ctx.step("add", Integer.class, step -> {
                count(step);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(4_000_000)); // a body does something
                return input + step.position();
            });
        }
        return sum;
    }

    /** Its body waits until it is let, but for one with input 0, which waits for its next attempt. */
    private int runGated(WorkflowContext ctx, int input) {
        return ctx.step(Step.named("gated").retry(SELDOM), Integer.class, step -> {
            count(step);
            if (input == 0) {
                throw new IllegalStateException("not now");
            }
            gate.await();
            return input;
        });
    }

    private void count(StepScope step) {
        String attempt = step.workflowId() + " position " + step.position() + " attempt " + step.attempt();
        calls.computeIfAbsent(attempt, any -> new AtomicInteger()).incrementAndGet();
    }

    static int resultOf(int input) {
        return STEPS * input + STEPS * (STEPS - 1) / 2;
    }

    public Holdfast engine(String node) {
        return java.util.Objects.requireNonNull(engines.get(node));
    }

    static String other(String node) {
        return node.equals("a") ? "b" : "a";
    }

    /** This node is to own so many from now on, the other one the rest. */
    public void share(String node, int buckets) {
        shares.put(other(node), BUCKETS - buckets);
        shares.put(node, buckets);
    }

    /** The node has given up all buckets, and no node takes them. */
    void shareNothing() {
        NODES.forEach(node -> shares.put(node, 0));
        NODES.forEach(node -> awaitOwned(node, 0));
    }

    /** It is to give up all, and the other one takes nothing. */
    void shareNothingOf(String node) {
        shares.put(node, 0);
        // What it accepts is for others to start by then.
        Await.until("node " + node + " admits no writer", () -> {
            String id = engine(node).submit(DEFINITION, 1).id();
            return engine(node).admin().find(id).status() == WorkflowStatus.QUEUED;
        });
    }

    void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    void awaitOwned(String node, int buckets) {
        Await.until("node " + node + " owns " + buckets, () -> owned(node) == buckets);
    }

    long owned(String node) {
        return jdbi.withHandle(
                handle -> handle.select(OWNED, BUCKETS, node).mapTo(Long.class).one());
    }

    List<String> rows(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(String.class).list());
    }

    @Override
    public void close() {
        try (database) {
            gate.countDown();
            engines.values().forEach(Holdfast::close);
        }
    }
}
