package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An era has its tables in time; where it has none, that is nobody's fault who submits, and nothing is lost. */
@Timeout(60)
class EraTablesTest {
    private static final Duration WAIT = Duration.ofSeconds(20);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final HeldWorkflow held = new HeldWorkflow();

    private Holdfast start() {
        return held.register(PostgresHoldfast.on(TestNode.config(database.jdbcUrl()))
                        .config(EngineConfig.defaults().retentionInterval(Duration.ofHours(1))))
                .start();
    }

    private void run(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    private boolean is(String sql) {
        return jdbi.withHandle(handle ->
                handle.createQuery("select " + sql).mapTo(Boolean.class).one());
    }

    @Test
    void theyAreCreatedWhateverRetentionDoes() {
        run("insert into holdfast.settings (buckets, id_seed, era_seconds) values (16, 1, 1)");
        try (Holdfast engine = start()) {
            assertThat(engine.admin().ready()).isTrue();
            Await.until("two more than at the start", Duration.ofSeconds(10), () -> is("holdfast.has_era(6)"));
        }
    }

    @Test
    void nothingIsLostWhereTheyAreMissing() throws Exception {
        try (Holdfast engine = start()) {
            WorkflowHandle<Integer> running = engine.submit(HeldWorkflow.HELD, 1);
            run("alter table holdfast.workflow detach partition holdfast.workflow_1");
            run("alter table holdfast.log detach partition holdfast.log_1");
            held.release();

            assertThatThrownBy(() -> engine.submit(HeldWorkflow.HELD, 2, Submission.key("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no partition of relation \"workflow\"");
            CompletableFuture<WorkflowHandle<Integer>> plain =
                    CompletableFuture.supplyAsync(() -> engine.submit(HeldWorkflow.HELD, 3));
            assertThat(plain).isNotDone();

            run("alter table holdfast.workflow attach partition holdfast.workflow_1 for values in (1)");
            run("alter table holdfast.log attach partition holdfast.log_1 for values in (1)");
            assertThat(running.result(WAIT)).isEqualTo(2);
            assertThat(Await.done(plain).result(WAIT)).isEqualTo(4);
            assertThat(engine.submit(HeldWorkflow.HELD, 2, Submission.key("a")).result(WAIT))
                    .isEqualTo(3);
            assertThat(engine.admin().find(plain.get().id()).status()).isEqualTo(WorkflowStatus.COMPLETED);
        }
    }
}
