package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** What must hold for a whole node, with the wire in the hands of the test. */
final class NodeScenarios {
    static final Definition<Integer, Integer> DEFINITION = Definition.of("test", 1, Integer.class, Integer.class);

    private NodeScenarios() {}

    /**
     * An outcome is flushed alone and in flight when the next intent of its workflow is put in: the next body waits for
     * both, so that no body ever runs on a value that is not recorded.
     */
    static void nextStepWaitsForTheOutcomeInFlight(TestDatabase database, PostgresStore.MailboxFactory mailboxes)
            throws Exception {
        Migrations.migrate(database.dataSource());
        AtomicBoolean armed = new AtomicBoolean();
        CountDownLatch outcomeIsHeld = new CountDownLatch(1);
        AtomicBoolean secondBodyRan = new AtomicBoolean();
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                Holdfast engine = TestNode.builder(proxy.jdbcUrl(), database.jdbcUrl(), mailboxes)
                        .register(DEFINITION, (ctx, input) -> {
                            int first = ctx.step("first", Integer.class, step -> {
                                armed.set(true);
                                return 1;
                            });
                            outcomeIsHeld.await(10, TimeUnit.SECONDS);
                            return ctx.step("second", Integer.class, step -> {
                                secondBodyRan.set(true);
                                return first + 1;
                            });
                        })
                        .start()) {
            proxy.rule(request -> {
                if (request.isFlush() && armed.compareAndSet(true, false)) {
                    outcomeIsHeld.countDown();
                    return Action.HOLD;
                }
                return Action.FORWARD;
            });
            WorkflowHandle<Integer> workflow = engine.submit(DEFINITION, 1);
            Await.until("the outcome is on the wire", () -> outcomeIsHeld.getCount() == 0);
            // Time for a second connection to bring the intent, if it were let.
            long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
            Await.until("a moment", () -> secondBodyRan.get() || System.nanoTime() - until > 0);
            assertThat(secondBodyRan)
                    .as("the second body ran before the first outcome was recorded")
                    .isFalse();
            proxy.links().forEach(PgLink::release);
            assertThat(workflow.result(Duration.ofSeconds(10))).isEqualTo(2);
        }
    }

    /**
     * A loading is on its way when its connection is given up for dead and replaced; the workflow is parked; then the
     * message arrives. It must change nothing.
     */
    static void lateMessageDoesNothing(TestDatabase database, String location) throws Exception {
        Migrations.migrate(database.dataSource(), location);
        RetryPolicy slow = RetryPolicy.exponential(Duration.ofMinutes(5), 2);
        String id;
        try (Holdfast first = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                .register(
                        DEFINITION,
                        (ctx, input) -> ctx.step(Step.named("fails").retry(slow), Integer.class, step -> {
                            throw new IllegalStateException("not now");
                        }))
                .start()) {
            id = first.submit(DEFINITION, 1).id();
            Await.until("it waits", () -> first.admin().find(id).status() == WorkflowStatus.WAITING);
        }
        JdbiFactory.on(database.dataSource())
                .useHandle(handle -> handle.execute("update holdfast.open_workflow set due = now()"));
        try (PgProxy proxy = new PgProxy(database.jdbcUrl())) {
            AtomicBoolean held = new AtomicBoolean();
            proxy.rule(request -> request.isFlush() && held.compareAndSet(false, true) ? Action.HOLD : Action.FORWARD);
            try (Holdfast second = TestNode.builder(proxy.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                    .register(DEFINITION, (ctx, input) -> ctx.step("renamed", Integer.class, step -> 1))
                    .start()) {
                Await.until(
                        "it is parked",
                        () -> second.admin().find(id).deadLetter().isPresent());
                List<PgLink> holding =
                        proxy.links().stream().filter(PgLink::isHolding).toList();
                assertThat(holding).as("the late message").hasSize(1);
                assertThat(openStatus(database)).isEqualTo("DEAD_LETTERED");
                holding.getFirst().release();
                Await.until("the late message is read", () -> isRead(database, holding.getFirst()));
                assertThat(openStatus(database)).isEqualTo("DEAD_LETTERED");
            }
        }
    }

    private static String openStatus(TestDatabase database) {
        return JdbiFactory.on(database.dataSource())
                .withHandle(handle -> handle.createQuery("select status from holdfast.open_workflow")
                        .mapTo(String.class)
                        .one());
    }

    /** The late message was the last statement of its backend, and is done; the backend may be gone by now. */
    private static boolean isRead(TestDatabase database, PgLink link) {
        return JdbiFactory.on(database.dataSource())
                .withHandle(handle -> handle.createQuery(
                                "select count(*) = 0 from pg_stat_activity where client_port = :port"
                                        + " and not (state = 'idle' and query like '%holdfast.flush%')")
                        .bind("port", link.serverSidePort())
                        .mapTo(Boolean.class)
                        .one());
    }
}
