package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.ErasedException;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of submissions by ids of eras that are closed, cleared and dropped meanwhile, and by the same ids again
 * after their workflows went: what was accepted runs, and runs once.
 */
@Timeout(120)
class OldIdRaceTest {
    private static final Definition<Integer, Integer> ONCE = Definition.of("once", 1, Integer.class, Integer.class);
    private static final int CALLERS = 32;
    private static final Duration LENGTH = Duration.ofSeconds(5);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();

    /** Workflows go with their eras, or one by one. */
    @ParameterizedTest
    @ValueSource(strings = {"1 second", "0"})
    void whatIsAcceptedUnderAnOldIdRunsOnce(String keep) throws Exception {
        run("insert into holdfast.settings (buckets, id_seed, era_seconds) values (16, 1, 1)");
        run("alter table holdfast.retention drop constraint keep_at_least");
        run("insert into holdfast.retention values ('*', '*', '" + keep + "')");
        try (Holdfast engine = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                        .config(EngineConfig.defaults().retentionInterval(Duration.ofMillis(20)))
                        .register(
                                ONCE,
                                (ctx, number) -> ctx.step("only", Integer.class, step -> {
                                    runs.computeIfAbsent(step.workflowId(), id -> new AtomicInteger())
                                            .incrementAndGet();
                                    return number;
                                }))
                        .start();
                ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
            Installation installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
            Instant end = Instant.now().plus(LENGTH);
            for (Future<?> caller : Stream.generate(() -> callers.submit(() -> submitUntil(end, engine, installation)))
                    .limit(CALLERS)
                    .toList()) {
                caller.get();
            }
            Await.until("all have ended", () -> number("select count(*) from holdfast.open_workflow") == 0);
            System.out.printf(
                    "%d accepted, %d refused, %d not known, up to era %d removed%n",
                    accepted.size(), refused.get(), unknown.get(), number("select max(era) from holdfast.closed"));
        }
        assertThat(runs.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(accepted).hasSizeGreaterThan(200).allMatch(runs::containsKey);
        assertThat(refused).hasPositiveValue();
    }

    /** Each id twice, the second time when the first workflow may be there or gone. */
    private void submitUntil(Instant end, Holdfast engine, Installation installation) {
        String former = null;
        while (Instant.now().isBefore(end)) {
            Instant at = Instant.now().minusMillis(ThreadLocalRandom.current().nextInt(2_500));
            WorkflowKey place =
                    installation.ids().generate(ThreadLocalRandom.current().nextInt(16), installation.eraAt(at), at);
            String id = installation.ids().format(place);
            submit(engine, id);
            if (former != null) {
                submit(engine, former);
            }
            former = id;
        }
    }

    private void submit(Holdfast engine, String id) {
        try {
            engine.submit(ONCE, 1, Submission.id(id));
            accepted.add(id);
        } catch (ErasedException e) {
            refused.incrementAndGet();
        } catch (SubmissionHeldException | StoreUnavailableException e) {
            unknown.incrementAndGet(); // the caller would ask again
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
