package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.node.NodeFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** Callers at the same time: with each other, and with the node. */
@Timeout(120)
class EnqueueConcurrencyTest extends EnqueueScenarios {
    @ParameterizedTest
    @ValueSource(ints = {Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_SERIALIZABLE})
    void aKeyThatCameAfterTheSnapshotIsACollisionAndNoSecondWorkflow(int level) throws Exception {
        Submission key = newKey();
        try (Connection connection = begin()) {
            connection.setTransactionIsolation(level);
            execute(connection, "select 1");
            String id = fixture.submit("one", key).id();
            assertThatThrownBy(() -> submit(connection, "one", key))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("run it again");
            connection.rollback();
            assertThat(submit(connection, "one", key)).isEqualTo(id);
        }
    }

    @Test
    void theSecondCallerUnderAKeyWaitsAndThenLooks() throws Exception {
        Submission committed = newKey();
        Submission rolledBack = newKey();
        try (Connection first = begin();
                Connection second = begin()) {
            String one = submit(first, "x", committed);
            CompletableFuture<String> joining = CompletableFuture.supplyAsync(() -> submit(second, "x", committed));
            awaitBlocked(second);
            first.commit();
            assertThat(joining.get()).isEqualTo(one);
            second.commit();
            String never = submit(first, "x", rolledBack);
            CompletableFuture<String> instead = CompletableFuture.supplyAsync(() -> submit(second, "y", rolledBack));
            awaitBlocked(second);
            first.rollback();
            assertThat(instead.get()).isNotEqualTo(never);
            second.commit();
            assertThat(result(instead.get())).isEqualTo("y!");
        }
    }

    @Test
    void aCallerWaitsForAHeldKeyOnlyForAMoment() throws Exception {
        Submission key = newKey();
        try (Connection first = begin();
                Connection second = begin()) {
            submit(first, "x", key);
            assertThatThrownBy(() -> submit(second, "x", key)).isInstanceOf(SubmissionHeldException.class);
        }
    }

    /** Failure case 34, with the keys, the signals and the rows of callers that do not commit. */
    @Test
    void openTransactionsOfCallersStallNobody() throws Exception {
        List<Connection> callers = new ArrayList<>();
        String waiting = fixture.waiting("wait-stall").id();
        try {
            for (int i = 0; i < 8; i++) {
                Connection connection = begin();
                callers.add(connection);
                Enqueue enqueue = Enqueue.in(fixture.engine(), connection);
                for (int j = 0; j < 20; j++) {
                    enqueue.submit(NodeFixture.DEFINITION, "held", Submission.key("held-" + i + "-" + j));
                    enqueue.submit(NodeFixture.DEFINITION, "held");
                    enqueue.signal(waiting, NOTE, "held", "held-" + i + "-" + j);
                }
            }
            String pids = "";
            for (Connection caller : callers) {
                pids += (pids.isEmpty() ? "" : ", ") + pid(caller);
            }
            String blocked = "select count(*) from pg_stat_activity a where a.datname = current_database()"
                    + " and pg_blocking_pids(a.pid) && array[" + pids + "]";
            CompletableFuture<Void> others = CompletableFuture.runAsync(() -> runOthers());
            long samples = 0;
            while (!others.isDone() || samples < 200) {
                assertThat(fixture.count(blocked))
                        .as("sessions that wait for a caller")
                        .isZero();
                samples++;
            }
            others.get();
            fixture.awaitHeartbeats();
        } finally {
            for (Connection caller : callers) {
                caller.close();
            }
            fixture.let("wait-stall");
        }
    }

    @Test
    void onlyWhoSendsASignalUnderAHeldKeyIsToldToComeAgain() throws Exception {
        String one = fixture.waiting("wait-one").id();
        String other = fixture.waiting("wait-two").id();
        try (Connection connection = begin()) {
            Enqueue.in(fixture.engine(), connection).signal(one, NOTE, "mine", "held");
            List<CompletableFuture<?>> others = new ArrayList<>();
            CompletableFuture<?> held =
                    CompletableFuture.runAsync(() -> fixture.engine().signal(one, NOTE, "mine", "held"));
            for (int i = 0; i < 20; i++) {
                String key = "k-" + i;
                others.add(CompletableFuture.runAsync(() -> fixture.engine().signal(other, NOTE, "other", key)));
            }
            for (CompletableFuture<?> sent : others) {
                sent.get(NodeFixture.BOUND.toMillis(), TimeUnit.MILLISECONDS);
            }
            assertThat(Await.failure(held)).isInstanceOf(SubmissionHeldException.class);
            connection.commit();
        }
        fixture.engine().signal(one, NOTE, "mine", "held");
        Await.until("it is there once", () -> received(one) == 1);
        Await.until("they are all there", () -> received(other) == 20);
        fixture.let("wait-one");
        fixture.let("wait-two");
    }

    /** Failure case 37. */
    @Test
    void aSignalWhoseTransactionCommitsLongAfterLaterOnesIsDelivered() throws Exception {
        String id = fixture.waiting("wait-late").id();
        try (Connection connection = begin()) {
            Enqueue.in(fixture.engine(), connection).signal(id, NOTE, "early", "early");
            fixture.engine().signal(id, NOTE, "later", "later");
            Await.until("the later one is recorded", () -> received(id) == 1);
            long read = fixture.count("select extract(epoch from clock_timestamp())::bigint");
            Await.until(
                    "what is read again is younger",
                    () -> fixture.count("select extract(epoch from clock_timestamp())::bigint") > read + 3);
            connection.commit();
        }
        Await.until("the early one is recorded", () -> received(id) == 2);
        fixture.let("wait-late");
        result(id);
    }

    /** Each subtransaction that writes would be one too many for the cache of a backend, which has 64. */
    @Test
    void manyCallsOpenNoSubtransactionAndManySavepointsDoNoHarm() throws Exception {
        List<String> ids = new ArrayList<>();
        try (Connection connection = begin()) {
            for (int i = 0; i < 100; i++) {
                ids.add(submit(connection, "flat", newKey()));
            }
            assertThat(fixture.count("select s.subxact_count from pg_stat_get_backend_idset() as b(id)"
                            + " cross join lateral pg_stat_get_backend_subxact(b.id) s"
                            + " where pg_stat_get_backend_pid(b.id) = " + pid(connection)))
                    .isZero();
            for (int i = 0; i < 100; i++) {
                Savepoint savepoint = connection.setSavepoint();
                ids.add(submit(connection, "nested", newKey()));
                if (i % 2 == 0) {
                    connection.releaseSavepoint(savepoint);
                }
            }
            connection.commit();
        }
        for (String id : ids) {
            assertThat(result(id)).endsWith("!");
        }
    }

    private void awaitBlocked(Connection waiting) throws SQLException {
        String pid = waiting.unwrap(PGConnection.class).getBackendPID() + "";
        Await.until("it waits", () -> fixture.count("select cardinality(pg_blocking_pids(" + pid + "))") > 0);
    }

    private void runOthers() {
        try {
            for (int i = 0; i < 3; i++) {
                fixture.runOthers("while-open-" + i + "-");
                String id = fixture.waiting("wait-other-" + i).id();
                fixture.engine().signal(id, NOTE, "not held", "k");
                fixture.let("wait-other-" + i);
                result(id);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
