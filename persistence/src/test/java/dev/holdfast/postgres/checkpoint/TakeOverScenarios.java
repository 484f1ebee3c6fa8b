package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.cluster.NodeTakeover;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Jdbi;

/** A node is declared dead while a batch of it is in flight: whoever takes over waits for it, and sees it. */
final class TakeOverScenarios {
    /** Waits until nothing of the dead is in flight, then counts the records of one of its workflows. */
    @FunctionalInterface
    interface Reader {
        long records(Jdbi jdbi, UUID dead, WorkflowKey key) throws InterruptedException;
    }

    private TakeOverScenarios() {}

    /** As the engine does it. */
    static long inStatementsOfTheirOwn(Jdbi jdbi, UUID dead, WorkflowKey key) throws InterruptedException {
        new NodeTakeover(jdbi, Duration.ofSeconds(5)).awaitSilence(dead);
        return jdbi.withExtension(
                LogSql.class, sql -> (long) sql.page(key.bucket(), key.era(), key.uid(), 0, 10, Long.MAX_VALUE)
                        .size());
    }

    /** Wrong: the statement that waits has the snapshot of before it waited. */
    static long inTheStatementThatWaits(Jdbi jdbi, UUID dead, WorkflowKey key) {
        return jdbi.inTransaction(tx -> tx.createQuery("""
                        with idle as materialized (select pg_advisory_xact_lock(holdfast.fence_lock(:dead, 0)))
                        select count(*) from idle left join holdfast.log l on l.uid = :uid where l.uid is not null""")
                .bind("dead", dead)
                .bind("uid", key.uid())
                .mapTo(Long.class)
                .one());
    }

    /** The batch commits while somebody waits for it: it is part of what is taken over. */
    static void seesTheBatchItWaitedFor(FlushFixture fixture, Reader reader) throws SQLException {
        Incarnation dead = fixture.incarnation("dead");
        WorkflowKey key = fixture.newKey();
        try (FlushCall connection = fixture.connect(dead, 1)) {
            connection.connection().setAutoCommit(false);
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(connection.send(batch, false).refused()).isFalse();
            fixture.jdbi.useExtension(FenceSql.class, fence -> fence.fence(dead.id()));
            CompletableFuture<Long> records = CompletableFuture.supplyAsync(() -> {
                try {
                    return reader.records(fixture.jdbi, dead.id(), key);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            Await.until("somebody waits for the batch", () -> isWaitedFor(fixture) || records.isDone());
            assertThat(records).as("the batch is in flight").isNotDone();
            connection.connection().commit();
            assertThat(Await.done(records)).as("records that are taken over").isEqualTo(1);
        }
    }

    private static boolean isWaitedFor(FlushFixture fixture) {
        return fixture.jdbi.withHandle(handle -> handle.createQuery(
                        "select exists (select from pg_locks where locktype = 'advisory' and not granted)")
                .mapTo(Boolean.class)
                .one());
    }
}
