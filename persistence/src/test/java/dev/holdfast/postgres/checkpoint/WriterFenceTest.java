package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowWrite;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node that is fenced writes nothing more, and says so to whoever waits. */
@Timeout(60)
class WriterFenceTest {
    @RegisterExtension
    private final WriterFixture fixture = new WriterFixture().start(2);

    @Test
    void aBatchOnTheWireWhileItsNodeIsFencedIsRefusedAsAWhole() {
        List<WorkflowMailbox> mailboxes =
                Stream.generate(fixture::accepted).limit(20).toList();
        CountDownLatch release = new CountDownLatch(1);
        fixture.flushes.clear();
        fixture.onFlush(request -> WriterFixture.await(release));
        List<CompletableFuture<Void>> futures = mailboxes.stream()
                .map(mailbox -> mailbox.record(FlushFixture.intent(0, "late")))
                .toList();
        Await.until("it is on the wire", () -> !fixture.flushes.isEmpty());
        fence();
        release.countDown();
        assertThat(futures).allMatch(future -> Await.failure(future) instanceof OwnershipLostException);
        assertThat(fixture.one("select count(*) from holdfast.log", Integer.class))
                .isZero();
        assertThat(fixture.lost).isNotEmpty();
    }

    @Test
    void whoeverFencesWaitsForTheBatchInFlightAndThenSeesIt() throws Exception {
        WorkflowMailbox mailbox = fixture.accepted();
        try (ForeignTransaction brake = new ForeignTransaction(fixture.database)) {
            brake.execute("select pg_advisory_xact_lock(4711)");
            fixture.run("""
                    create function holdfast.brake() returns trigger language plpgsql as $$ begin
                        perform pg_advisory_xact_lock_shared(4711); return new; end $$;
                    create trigger brake before insert on holdfast.log
                        for each row execute function holdfast.brake()""");
            CompletableFuture<Void> future = mailbox.record(FlushFixture.intent(0, "in flight"));
            Await.until("the batch has passed the fence", () -> waiting() == 1);
            fence();
            CompletableFuture<Long> seen = CompletableFuture.supplyAsync(() -> recordsOnceIdle(mailbox));
            Await.until("the other one waits for it", () -> waiting() == 2 || seen.isDone());
            assertThat(seen).isNotDone();
            brake.rollback();
            assertThat(Await.done(seen)).isEqualTo(1);
            Await.done(future);
        }
    }

    /** How many wait for an advisory lock. */
    private int waiting() {
        return fixture.one("select count(*) from pg_locks where locktype = 'advisory' and not granted", Integer.class);
    }

    private long recordsOnceIdle(WorkflowMailbox mailbox) {
        for (int connection = 0; connection < 2; connection++) {
            int number = connection;
            fixture.jdbi.useTransaction(tx -> tx.attach(FenceSql.class).awaitIdle(fixture.incarnation.id(), number));
        }
        return fixture.records(mailbox);
    }

    @Test
    void aFencedNodeCannotComeBackByReplacingItsConnection() {
        WorkflowMailbox mailbox = fixture.accepted();
        fixture.onFlush(request -> {
            fence();
            fixture.onFlush(next -> Action.FORWARD);
            return Action.CUT_BEFORE;
        });
        assertThat(Await.failure(mailbox.record(FlushFixture.intent(0, "late"))))
                .isInstanceOf(OwnershipLostException.class)
                .hasMessageContaining("node test may not write");
        assertThat(fixture.records(mailbox)).isZero();
    }

    @Test
    void aLoadingThatWaitsForSomebodysLockEndsWhenTheNodeDoes() throws Exception {
        WorkflowMailbox mailbox = fixture.accepted();
        try (ForeignTransaction foreign = new ForeignTransaction(fixture.database)) {
            foreign.execute("select from holdfast.open_workflow for update");
            fixture.flushes.clear();
            CompletableFuture<Void> loading = mailbox.move(new WorkflowWrite.Loading(1, 0));
            Await.until("it was tried in vain, twice", () -> fixture.flushes.size() >= 2);
            assertThat(loading).isNotDone();
            fixture.stop();
            assertThat(Await.failure(loading)).isInstanceOf(OwnershipLostException.class);
        }
    }

    private void fence() {
        fixture.jdbi.useExtension(FenceSql.class, fence -> fence.fence(fixture.incarnation.id()));
    }
}
