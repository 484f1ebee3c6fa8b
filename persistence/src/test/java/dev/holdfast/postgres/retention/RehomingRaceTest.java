package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Workflows that wait and go on all the time, while the eras that they lie in go as soon as they are over: whatever is
 * taken elsewhere goes on where it was, and loses nothing.
 */
@Timeout(120)
class RehomingRaceTest {
    private static final Definition<Integer, Integer> STUBBORN =
            Definition.of("stubborn", 1, Integer.class, Integer.class);
    private static final int WORKFLOWS = 200;
    private static final int ATTEMPTS = 8;
    private static final RetryPolicy SOON =
            RetryPolicy.exponential(Duration.ofMillis(300), ATTEMPTS).factor(1).jitter(0.6);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    @Test
    void nothingIsLostBetweenTwoEras() throws Exception {
        run("insert into holdfast.settings (buckets, id_seed, era_seconds) values (16, 1, 1)");
        run("alter table holdfast.retention drop constraint keep_at_least");
        run("insert into holdfast.retention values ('*', '*', '0')");
        run("insert into holdfast.retention values ('stubborn', '*', null)"); // itself it is kept for ever
        try (Holdfast engine = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                .config(EngineConfig.defaults().retentionInterval(Duration.ofMillis(10)))
                .register(
                        STUBBORN,
                        (ctx, number) -> ctx.step(Step.named("last").retry(SOON), Integer.class, step -> {
                            calls.merge(step.idempotencyKey().toString(), 1, Integer::sum);
                            if (step.attempt() < ATTEMPTS) {
                                throw new IllegalStateException("not yet");
                            }
                            return number;
                        }))
                .start()) {
            List<WorkflowHandle<Integer>> handles = IntStream.range(0, WORKFLOWS)
                    .mapToObj(number -> engine.submit(STUBBORN, number))
                    .toList();
            for (int number = 0; number < WORKFLOWS; number++) {
                assertThat(handles.get(number).result(Duration.ofSeconds(60))).isEqualTo(number);
            }
            for (WorkflowHandle<Integer> handle : handles) {
                List<HistoryItem> history = engine.admin()
                        .history(handle.id(), PageRequest.first(100))
                        .items();
                assertThat(history.stream().map(HistoryItem::attempt).filter(attempt -> attempt > 0))
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, ATTEMPTS).boxed().toList());
            }
            assertThat(calls)
                    .hasSize(WORKFLOWS)
                    .allSatisfy((key, times) -> assertThat(times).isEqualTo(ATTEMPTS));
            assertThat(number("select count(*) from holdfast.home")).isGreaterThan(WORKFLOWS / 2);
            assertThat(number("select count(*) from holdfast.open_workflow")).isZero();
        }
    }

    private void run(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    private long number(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
