package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.embedded.RestartableServer;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Case 24: under a node that works, the primary dies and the standby for which its commits waited is promoted. What was
 * accepted is there and runs to its end, each body once, without any action of an operator.
 */
@Timeout(180)
class PromotionTest {
    private static final System.Logger LOG = System.getLogger(PromotionTest.class.getName());
    private static final Definition<Integer, Integer> COUNT = Definition.of("count", 1, Integer.class, Integer.class);
    private static final Pattern HOST = Pattern.compile("127\\.0\\.0\\.1:\\d+|localhost:\\d+");
    private static final int STEPS = 10;
    private static final int CALLERS = 16;
    private static final int WARM = 200;
    private static final Duration STATED = Duration.ofSeconds(30);

    private final Map<String, Integer> bodies = new ConcurrentHashMap<>();
    private final Map<String, WorkflowHandle<Integer>> accepted = new ConcurrentHashMap<>();
    private volatile boolean enough;

    @Test
    void nothingAcceptedIsLostWithThePrimary(@TempDir Path directory) throws Exception {
        try (RestartableServer primary = new RestartableServer(directory.resolve("primary"));
                RestartableServer standby = primary.replicateTo(directory.resolve("standby"))) {
            awaitSynchronous(primary);
            try (Holdfast engine = start(primary, standby)) {
                List<Thread> callers = new ArrayList<>();
                for (int i = 0; i < CALLERS; i++) {
                    String name = "caller-" + i + "-";
                    callers.add(Thread.ofVirtual().start(() -> submitOn(engine, name)));
                }
                Await.until("it works", () -> accepted.size() > WARM);
                primary.stop(RestartableServer.Mode.IMMEDIATE);
                long killed = System.nanoTime();
                JdbiFactory.on(TestNode.dataSource(standby.jdbcUrl()))
                        .useHandle(handle -> handle.execute("select pg_catalog.pg_promote()"));
                int before = accepted.size();
                Await.until("it accepts again", () -> accepted.size() > before + CALLERS);
                Duration took = Duration.ofNanos(System.nanoTime() - killed);
                LOG.log(Level.INFO, "accepted again {0} after the primary was killed", took);
                enough = true;
                for (Thread caller : callers) {
                    caller.join();
                }
                for (WorkflowHandle<Integer> handle : accepted.values()) {
                    assertThat(handle.result(STATED)).isEqualTo(STEPS);
                }
                assertThat(bodies).hasSize(accepted.size() * STEPS);
                assertThat(bodies.values()).containsOnly(1);
                assertThat(took).isLessThan(STATED);
            }
        }
    }

    private static void awaitSynchronous(RestartableServer primary) {
        Jdbi jdbi = JdbiFactory.on(TestNode.dataSource(primary.jdbcUrl()));
        Await.until(
                "the standby follows",
                () -> jdbi.withHandle(handle -> handle.createQuery(
                                "select exists (select from pg_catalog.pg_stat_replication where sync_state = 'sync')")
                        .mapTo(Boolean.class)
                        .one()));
    }

    private Holdfast start(RestartableServer primary, RestartableServer standby) {
        String both = HOST.matcher(primary.jdbcUrl()).replaceFirst(host(primary) + "," + host(standby));
        return PostgresHoldfast.on(PostgresConfig.of(both).nodeName("test").lease(Duration.ofSeconds(2)))
                .register(COUNT, (ctx, input) -> {
                    int sum = 0;
                    for (int i = 0; i < STEPS; i++) {
                        sum += ctx.step("one more", Integer.class, step -> {
                            bodies.merge(step.idempotencyKey().toString(), 1, Integer::sum);
                            return 1;
                        });
                    }
                    return sum;
                })
                .start();
    }

    private static String host(RestartableServer server) {
        return HOST.matcher(server.jdbcUrl())
                .results()
                .findFirst()
                .orElseThrow()
                .group();
    }

    /** One after the other, each under its key until it has ended. */
    private void submitOn(Holdfast engine, String name) {
        for (int i = 0; !enough; i++) {
            submit(engine, Submission.key(name + i));
        }
    }

    private void submit(Holdfast engine, Submission submission) {
        while (true) {
            try {
                WorkflowHandle<Integer> handle = engine.submit(COUNT, 1, submission);
                accepted.put(handle.id(), handle);
                handle.result(STATED);
                return;
            } catch (HoldfastException e) {
                LOG.log(Level.DEBUG, "again", e);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
