package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that has become a standby keeps its sessions for a while: a node must not stay with it. */
@Timeout(120)
class ReadOnlyServerTest {
    private static final Definition<Integer, Integer> HELD = Definition.of("held", 1, Integer.class, Integer.class);
    /** The sessions of a node, by their last statements. */
    private static final Map<String, String> STATEMENTS = Map.of(
            "heartbeat", "%insert into holdfast.heartbeat%",
            "writer", "%holdfast.flush%",
            "submission", "%holdfast.admit%");

    private final EmbeddedServer server = EmbeddedServer.temporary();
    private final Jdbi jdbi = JdbiFactory.on(TestNode.dataSource(server.jdbcUrl()));
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void itsConnectionsAreMadeAnew() throws Exception {
        PostgresConfig config =
                PostgresConfig.of(server.jdbcUrl()).nodeName("test").writers(1);
        try (Holdfast engine = PostgresHoldfast.on(config.lease(Duration.ofSeconds(10)))
                .register(
                        HELD,
                        (ctx, input) -> ctx.step("hold", Integer.class, step -> {
                            held.await();
                            return input + 1;
                        }))
                .start()) {
            String joined = now(); // before that, connections of the pool say the same
            WorkflowHandle<Integer> handle = engine.submit(HELD, 1, Submission.key("first"));
            Set<Integer> before = new HashSet<>();
            Await.until("it listens", () -> before.addAll(backends("listen holdfast", "-infinity")));
            Await.until("each session has run its statement", () -> {
                STATEMENTS.values().forEach(statement -> before.addAll(backends(statement, joined)));
                return before.size() == STATEMENTS.size() + 1;
            });

            setReadOnly(true);
            held.countDown();
            CompletableFuture<WorkflowHandle<Integer>> second =
                    CompletableFuture.supplyAsync(() -> submitted(engine, 2, Submission.key("second")));
            Await.until("they are gone", () -> living().stream().noneMatch(before::contains));

            setReadOnly(false);
            assertThat(handle.result(Duration.ofSeconds(20))).isEqualTo(2);
            assertThat(Await.done(second).result(Duration.ofSeconds(20))).isEqualTo(3);
        }
    }

    /** Sent again until it is known to be accepted. */
    private static WorkflowHandle<Integer> submitted(Holdfast engine, int input, Submission submission) {
        AtomicReference<WorkflowHandle<Integer>> handle = new AtomicReference<>();
        Await.until("it is accepted", () -> {
            try {
                handle.set(engine.submit(HELD, input, submission));
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
        return handle.get();
    }

    private String now() {
        return jdbi.withHandle(handle -> handle.createQuery("select clock_timestamp()::text")
                .mapTo(String.class)
                .one());
    }

    private Set<Integer> backends(String statement, String since) {
        return jdbi.withHandle(handle -> handle.createQuery("select pid from pg_catalog.pg_stat_activity"
                        + " where application_name = 'holdfast test' and query like :statement"
                        + " and query_start > cast(:since as timestamptz)")
                .bind("statement", statement)
                .bind("since", since)
                .mapTo(Integer.class)
                .set());
    }

    private Set<Integer> living() {
        return backends("%", "-infinity");
    }

    private void setReadOnly(boolean on) {
        jdbi.useHandle(handle -> {
            handle.execute("alter system set default_transaction_read_only = " + (on ? "on" : "off"));
            handle.execute("select pg_catalog.pg_reload_conf()");
        });
        // the postmaster signals its sessions before it changes new ones
        Await.until(
                "the server has read its settings",
                () -> jdbi.withHandle(handle -> handle.createQuery(
                                "select pg_catalog.current_setting('default_transaction_read_only')")
                        .mapTo(String.class)
                        .one()
                        .equals(on ? "on" : "off")));
    }
}
