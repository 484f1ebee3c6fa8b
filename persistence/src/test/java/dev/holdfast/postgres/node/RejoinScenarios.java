package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.engine.EngineBuilder;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.cluster.Balancer;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Migrations;
import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.Jdbi;

/**
 * Case 36: a node is fenced, joins again and owns the same buckets once more, while something of its former life still
 * runs, deaf to interrupts. Whatever that returns is dropped.
 */
final class RejoinScenarios implements AutoCloseable {
    static final Definition<Boolean, String> DEFINITION = Definition.of("deaf", 1, Boolean.class, String.class);

    private static final Duration RESULT_WAIT = Duration.ofSeconds(20);

    /** Longer than any test, so that an outcome is written only with what follows it. */
    private static final Duration HELD_LONG = Duration.ofMinutes(5);

    private static final String OWNED_AGAIN = """
            select count(*) from generate_series(0, 255) b join holdfast.incarnation i on i.id = holdfast.owner(b)
            where i.ordinal = 2""";
    private static final String OUTCOMES = """
            select outcome_attempt || ' ' || convert_from(outcome, 'UTF8') from holdfast.log
            where outcome_position = 0 and outcome_state > 0""";

    private final TestDatabase database;
    private final Jdbi jdbi;
    private final Holdfast engine;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicBoolean stopsBeforeTheLease = new AtomicBoolean();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();

    /** With room for so many workflows: one that does not end keeps its place. */
    RejoinScenarios(TestDatabase database, PostgresStore.MailboxFactory mailboxes, int loadedMax) {
        this.database = database;
        this.jdbi = JdbiFactory.on(database.dataSource());
        Migrations.migrate(database.dataSource());
        this.engine = EngineBuilder.on(telemetry -> LateLease.of(store(mailboxes), this::beforeTheLease))
                .config(EngineConfig.defaults().loadedMax(loadedMax).shutdownGrace(Duration.ofMillis(200)))
                .register(DEFINITION, this::run)
                .start();
    }

    private void beforeTheLease() {
        if (stopsBeforeTheLease.compareAndSet(true, false)) {
            hearNothing();
        }
    }

    private PostgresStore store(PostgresStore.MailboxFactory mailboxes) {
        PostgresConfig config = TestNode.config(database.jdbcUrl()).heldFor(HELD_LONG);
        return new PostgresStore(
                TestNode.dataSource(database.jdbcUrl()),
                database.dataSource(),
                () -> {},
                config,
                OpenTelemetry.noop(),
                mailboxes,
                Balancer::evenly);
    }

    /** The first attempt, or the code after it, or the moment before it, is where the node is fenced. */
    private String run(WorkflowContext ctx, boolean inBody) {
        String first = ctx.step("first", String.class, step -> {
            bodies.add("attempt " + step.attempt());
            if (step.attempt() == 1 && inBody) {
                hearNothing();
            }
            return "attempt " + step.attempt() + " of epoch " + step.epoch();
        });
        if (first.startsWith("attempt 1 ") && !inBody && gone.getCount() > 0) {
            hearNothing();
        }
        return ctx.step("second", String.class, step -> first);
    }

    /** Only the first to come here stays. */
    private void hearNothing() {
        reached.countDown();
        boolean interrupted = false;
        while (go.getCount() > 0) {
            try {
                go.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        events.add(interrupted ? "interrupted" : "not interrupted");
        gone.countDown();
    }

    /** The body returns while the next attempt has run, or runs, under the next incarnation. */
    void whatADeafBodyReturnsIsDropped() {
        WorkflowHandle<String> workflow = engine.submit(DEFINITION, true);
        fenceAndAwaitOwnedAgain();
        String result = workflow.result(RESULT_WAIT);
        assertThat(result).startsWith("attempt 2 of epoch");
        go.countDown();
        Await.until("the former body has returned", () -> gone.getCount() == 0);
        requireOnlyOutcome(result);
        assertThat(events).containsExactly("interrupted");
    }

    /** The outcome was in the mailbox when the node was fenced, and is to be written when it owns the bucket again. */
    void whatWasHeldOfADeafWorkflowIsDropped() {
        WorkflowHandle<String> workflow = engine.submit(DEFINITION, false);
        fenceAndAwaitOwnedAgain();
        engine.submit(DEFINITION, true); // accepted under the next incarnation; there is no room to run it
        go.countDown();
        String result = workflow.result(RESULT_WAIT);
        assertThat(result).as("the value of the later attempt").startsWith("attempt 2 of epoch");
        requireOnlyOutcome(result);
    }

    /** Its intent was committed, and when it asks for the lease there is one: that of the next incarnation. */
    void whatHadNotBegunDoesNotBegin() {
        stopsBeforeTheLease.set(true);
        WorkflowHandle<String> workflow = engine.submit(DEFINITION, false);
        fenceAndAwaitOwnedAgain();
        assertThat(workflow.result(RESULT_WAIT)).startsWith("attempt 2 of epoch");
        go.countDown();
        Await.until("the former attempt may begin", () -> gone.getCount() == 0);
        engine.close(); // returns when nothing runs any more
        assertThat(bodies).as("bodies that began").containsExactly("attempt 2");
    }

    private void fenceAndAwaitOwnedAgain() {
        Await.until("it is there", () -> reached.getCount() == 0);
        List<UUID> living = jdbi.withHandle(handle -> handle.createQuery("select id from holdfast.incarnation")
                .mapTo(UUID.class)
                .list());
        assertThat(living).hasSize(1);
        jdbi.useExtension(FenceSql.class, fence -> fence.fence(living.getFirst()));
        Await.until(
                "the node has joined again and owns all",
                () -> engine.admin().ready()
                        && jdbi.withHandle(handle -> handle.createQuery(OWNED_AGAIN)
                                        .mapTo(Long.class)
                                        .one())
                                == 256);
    }

    private void requireOnlyOutcome(String result) {
        List<String> outcomes = jdbi.withHandle(
                handle -> handle.createQuery(OUTCOMES + " and uid = (select uid from holdfast.log order by at limit 1)")
                        .mapTo(String.class)
                        .list());
        assertThat(outcomes).containsExactly("2 \"" + result + "\"");
    }

    @Override
    public void close() {
        go.countDown();
        engine.close();
    }
}
