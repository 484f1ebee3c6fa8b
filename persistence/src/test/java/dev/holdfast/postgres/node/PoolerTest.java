package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.Transactional;
import dev.holdfast.postgres.cluster.NodeTakeover;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.postgres.wire.TransactionPooler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Behind a pooler no statement of a node depends on the state of its session. */
@Timeout(60)
class PoolerTest {
    private static final Definition<Integer, Integer> ADD = Definition.of("add", 1, Integer.class, Integer.class);
    private static final Duration LEASE = Duration.ofSeconds(2);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final TransactionPooler pooler = new TransactionPooler(database.jdbcUrl());
    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @AfterEach
    void close() {
        pooler.close();
    }

    private Holdfast start() {
        DatabaseSettings behind = DatabaseSettings.of(pooler.jdbcUrl()).behindPooler();
        return PostgresHoldfast.on(PostgresConfig.of(behind).nodeName("pooled").lease(LEASE))
                .register(ADD, (ctx, input) -> {
                    int sum = ctx.step("add", Integer.class, step -> input + 1);
                    return Transactional.step(
                            ctx,
                            "add",
                            Integer.class,
                            (handle, step) -> handle.select("select ? + 1", sum)
                                    .mapTo(Integer.class)
                                    .one());
                })
                .start();
    }

    @Test
    void wholeWorkflowsRunAndNoBackendIsRecorded() throws Exception {
        Migrations.migrate(database.dataSource());
        try (Holdfast engine = start()) {
            List<WorkflowHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                handles.add(engine.submit(ADD, handles.size(), Submission.key("key-" + i)));
                handles.add(engine.submit(ADD, handles.size()));
            }
            for (int i = 0; i < handles.size(); i++) {
                assertThat(handles.get(i).result(Duration.ofSeconds(20))).isEqualTo(i + 2);
            }
            assertThat(count("select count(*) from holdfast.fence where connection >= 0"))
                    .isPositive();
            assertThat(count("select count(*) from holdfast.fence where pid is not null"))
                    .isZero();
        }
    }

    /** Its backends are unknown, so that their absence says nothing. */
    @Test
    void aFormerProcessIsWatchedForALease() throws Exception {
        Migrations.migrate(database.dataSource());
        NodeTakeover takeover = new NodeTakeover(jdbi, LEASE);
        Incarnation former = takeover.become("gone", List.of());
        jdbi.useExtension(FenceSql.class, fence -> fence.enrol(former.id(), 0, 1, false));
        long began = System.nanoTime();

        assertThat(takeover.become("gone", List.of()).id()).isNotEqualTo(former.id());
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(LEASE);
    }

    @Test
    void aNodeBehindItDoesNotMigrate() {
        assertThatThrownBy(this::start)
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("at version 0")
                .hasMessageContaining("holdfast migrate");
    }

    private long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }
}
