package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class NodeCloseTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("closed", 1, Integer.class, Integer.class);

    private static final String WAITING_BATCHES = """
            select count(*) from pg_locks where relation = 'holdfast.log'::regclass and not granted""";
    private static final String OWNED =
            "select count(*) from generate_series(0, 255) b where holdfast.owner(b) is not null";
    private static final String BACKENDS = """
            select count(*) from holdfast.fence f join pg_stat_activity a
            on a.pid = f.pid and a.backend_start = f.backend_start""";
    private static final String WORKFLOWS = "select count(*) from holdfast.workflow";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    /** The next owner reads what is there, so nothing may be added under the former one after that. */
    @Test
    void noBatchIsInFlightOnceTheBucketsAreReleased() throws Exception {
        try (ForeignTransaction foreign = new ForeignTransaction(database)) {
            Holdfast node = start();
            foreign.execute("lock table holdfast.log in share mode");
            CompletableFuture<?> submitted = CompletableFuture.runAsync(() -> node.submit(DEFINITION, 1));
            Await.until("its batch waits for the lock", () -> count(WAITING_BATCHES) > 0);
            node.close();
            assertThat(count(OWNED)).as("owned buckets").isZero();
            foreign.rollback();
            assertThat(Await.failure(submitted)).isNotNull();
            Await.until("the backends of the node are gone", () -> count(BACKENDS) == 0);
            assertThat(count(WORKFLOWS)).as("written after the release").isZero();
        }
    }

    private Holdfast start() {
        return TestNode.builder(database.jdbcUrl(), database.jdbcUrl(), WorkflowMailbox::new)
                .config(EngineConfig.defaults().shutdownGrace(Duration.ofMillis(200)))
                .register(DEFINITION, (ctx, input) -> input)
                .start();
    }

    private long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
