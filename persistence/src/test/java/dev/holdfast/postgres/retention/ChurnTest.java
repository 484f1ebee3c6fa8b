package dev.holdfast.postgres.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Workflows come and go: only kept data stays on disk. Eras of seconds stand for weeks; every tenth workflow has a key,
 * every hundredth of another definition is kept for less than an era.
 */
class ChurnTest {
    private static final Definition<String, String> MOST = Definition.of("most", 1, String.class, String.class);
    private static final Definition<String, String> SHORT = Definition.of("short", 1, String.class, String.class);
    private static final int CALLERS = 64;
    private static final int STAGES = 20;
    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final String MEGABYTES = """
            select sum(pg_total_relation_size(c.oid)) / 1048576 from pg_class c
            where c.relnamespace = 'holdfast'::regnamespace and c.relkind = 'r' and c.relname ~ '%s'""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @Test
    void expiredWorkflowsAndKeysAreDeleted() throws Exception {
        // Eras are added between rounds of retention, two ahead: a busy machine outruns those of one second.
        churn(5_000, 3);
    }

    @Test
    @Tag("long")
    void whileAMillionComeAndGoTheDatabaseStaysSmall() throws Exception {
        List<Stage> stages = churn(1_000_000, 10);
        // the first quarter fills the eras that are kept; from then on a workflow takes no more than it did
        double filled = most(stages.subList(STAGES / 4, STAGES / 2));
        assertThat(most(stages.subList(STAGES / 2, STAGES))).isLessThan(filled * 5 / 4);
    }

    /** What there is after some have come. */
    private record Stage(long megabytes, long workflows) {
        double kilobytesEach() {
            return megabytes * 1024.0 / workflows;
        }
    }

    private static double most(List<Stage> stages) {
        return stages.stream().mapToDouble(Stage::kilobytesEach).max().orElseThrow();
    }

    private List<Stage> churn(int workflows, int eraSeconds) throws Exception {
        run("insert into holdfast.settings (buckets, id_seed, era_seconds) values (256, 1, " + eraSeconds + ")");
        run("alter table holdfast.retention drop constraint keep_at_least");
        run("insert into holdfast.retention values ('*', '*', interval '" + eraSeconds + " seconds')");
        run("insert into holdfast.retention values ('short', '*', interval '0')");
        List<Stage> stages = new ArrayList<>();
        try (Holdfast engine = TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                .config(EngineConfig.defaults().retentionInterval(Duration.ofMillis(500)))
                .register(MOST, (ctx, input) -> ctx.step("only", String.class, step -> input))
                .register(SHORT, (ctx, input) -> ctx.step("only", String.class, step -> input))
                .start()) {
            for (int stage = 0; stage < STAGES; stage++) {
                submit(engine, stage, workflows / STAGES);
                stages.add(
                        new Stage(number(MEGABYTES.formatted(".")), number("select count(*) from holdfast.workflow")));
                System.out.printf(
                        "%,d workflows: %,d still there, %d MB in all, of that open %d, submission %d, log %d%n",
                        (stage + 1) * (workflows / STAGES),
                        stages.getLast().workflows(),
                        stages.getLast().megabytes(),
                        number(MEGABYTES.formatted("^open_workflow$")),
                        number(MEGABYTES.formatted("^submission$")),
                        number(MEGABYTES.formatted("^log_")));
            }
            Await.until("what was left is gone", () -> number("select count(*) from holdfast.workflow") == 0);
            Await.until("its keys too", () -> number("select count(*) from holdfast.submission") == 0);
        }
        return stages;
    }

    private static void submit(Holdfast engine, int stage, int number) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                int first = caller;
                all.add(callers.submit(() -> {
                    for (int i = first; i < number; i += CALLERS) {
                        Submission submission =
                                i % 10 == 0 ? Submission.key("k" + stage + "-" + i) : Submission.plain();
                        engine.submit(i % 100 == 1 ? SHORT : MOST, "an input of some length, as inputs are", submission)
                                .result(WAIT);
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
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
