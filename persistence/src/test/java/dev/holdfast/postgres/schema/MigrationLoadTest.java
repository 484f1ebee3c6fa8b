package dev.holdfast.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.node.NodeFixture;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Failure cases 19 and 39: the next build migrates while a node of this one is at work. */
@Timeout(120)
class MigrationLoadTest {
    private static final Duration BLOCKED_MAX = Duration.ofMillis(500);

    private final ExecutorService threads = Executors.newCachedThreadPool(); // the common pool may have one

    @RegisterExtension
    private final NodeFixture fixture = new NodeFixture();

    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger rounds = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicLong blockedMillis = new AtomicLong();

    @AfterEach
    void close() {
        ended.set(true);
        threads.close();
    }

    /** Submits workflows and waits for their ends, over and over, until it is stopped. */
    private CompletableFuture<Void> load() {
        return CompletableFuture.runAsync(
                () -> {
                    while (!ended.get()) {
                        try {
                            fixture.runOthers("round" + rounds.incrementAndGet());
                        } catch (SubmissionHeldException e) {
                            held.incrementAndGet(); // to be sent again, as it says
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                },
                threads);
    }

    /** Measures the longest wait of a session of the node for a lock, as the server reports it. */
    private CompletableFuture<Void> watch() {
        return CompletableFuture.runAsync(
                () -> {
                    while (!ended.get()) {
                        blockedMillis.accumulateAndGet(
                                fixture.count("select coalesce(max(extract(epoch from"
                                        + " clock_timestamp() - l.waitstart) * 1000),"
                                        + " 0)::bigint from pg_locks l join pg_stat_activity a using (pid)"
                                        + " where not l.granted and a.datname = current_database()"
                                        + " and a.application_name <> '" + NextBuild.NAME + "'"),
                                Math::max);
                    }
                },
                threads);
    }

    private void rounds(CompletableFuture<Void> load, int more) {
        int before = rounds.get();
        Await.until("the node works", () -> load.isDone() || rounds.get() >= before + more);
        assertThat(load).isNotDone();
    }

    private void end(CompletableFuture<Void> load, CompletableFuture<Void> watch) {
        ended.set(true);
        Await.done(load);
        Await.done(watch);
        assertThat(held.get()).isLessThan(rounds.get() / 2);
        assertThat(blockedMillis.get()).isLessThan(BLOCKED_MAX.toMillis());
    }

    @Test
    void aNodeThatRunsGoesOn() {
        CompletableFuture<Void> load = load();
        CompletableFuture<Void> watch = watch();
        rounds(load, 2);

        assertThat(NextBuild.migrate(fixture.database, Migrations.LOCK_TIMEOUT)).isEqualTo(2);

        rounds(load, 5);
        end(load, watch);
        assertThat(fixture.count("select count(*) from pg_index"
                        + " where indexrelid = 'holdfast.open_note'::regclass and indisvalid"))
                .isOne();
    }

    @Test
    void anOpenTransactionThatReadsDelaysOnlyTheMigration() throws Exception {
        CompletableFuture<Void> load = load();
        CompletableFuture<Void> watch = watch();
        CompletableFuture<Integer> migration;
        try (ForeignTransaction reader = new ForeignTransaction(fixture.database)) {
            reader.execute("select from holdfast.open_workflow limit 1");
            migration = CompletableFuture.supplyAsync(
                    () -> NextBuild.migrate(fixture.database, Migrations.LOCK_TIMEOUT), threads);
            Await.until("it waits", () -> waits() > 0);
            rounds(load, 20);
            assertThat(migration).isNotDone();
        }

        assertThat(Await.done(migration)).isEqualTo(2);
        rounds(load, 2);
        end(load, watch);
    }

    private long waits() {
        return fixture.count("select count(*) from pg_locks l join pg_stat_activity a using (pid)"
                + " where not l.granted and a.application_name = '" + NextBuild.NAME + "'");
    }

    @Test
    void theHolderOfTheLockIsNamed() throws Exception {
        CompletableFuture<Void> load = load();
        CompletableFuture<Void> watch = watch();
        try (ForeignTransaction reader = new ForeignTransaction(fixture.database)) {
            reader.execute("set local application_name = 'somebody''s psql'");
            reader.execute("select from holdfast.open_workflow limit 1");
            long pid = fixture.count("select pid from pg_stat_activity where application_name like 'somebody%'");

            assertThatThrownBy(() -> NextBuild.migrate(fixture.database, Duration.ofSeconds(1)))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining(
                            "within 1 s, because process " + pid + " (somebody's psql), in a transaction since 20")
                    .hasMessageContaining("end that transaction and run it again");
        }
        rounds(load, 2);
        end(load, watch);
    }
}
