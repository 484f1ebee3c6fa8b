package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.wire.Action;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that is fenced writes nothing more, and says so to whoever waits. */
@Timeout(60)
class WriterFenceTest {
    private final WriterFixture fixture = new WriterFixture().start(2);

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void aBatchOnTheWireWhileItsNodeIsFencedIsRefusedAsAWhole() {
        List<WorkflowMailbox> mailboxes =
                Stream.generate(fixture::accepted).limit(20).toList();
        CountDownLatch release = new CountDownLatch(1);
        fixture.flushes.clear();
        fixture.onFlush(request -> WriterFixture.await(release));
        List<CompletableFuture<Void>> futures = mailboxes.stream()
                .map(mailbox -> mailbox.commit(FlushFixture.intent(0, "late")))
                .toList();
        Await.until("it is on the wire", () -> !fixture.flushes.isEmpty());
        fence();
        release.countDown();
        assertThat(futures).allMatch(future -> Await.failure(future) instanceof OwnershipLostException);
        assertThat(fixture.one("select count(*) from holdfast.log", Integer.class)).isZero();
        assertThat(fixture.lost).isNotEmpty();
    }

    @Test
    void aBatchThatWasInFlightIsDoneWhenFencingReturns() {
        WorkflowMailbox mailbox = fixture.accepted();
        CompletableFuture<Void> future = mailbox.commit(FlushFixture.intent(0, "in time"));
        Await.until("it is committed, or about to be", () -> !fixture.flushes.isEmpty());
        fence();
        for (int connection = 0; connection < 2; connection++) {
            int number = connection;
            fixture.jdbi.useTransaction(tx -> tx.attach(FenceSql.class).awaitIdle(fixture.incarnation.id(), number));
        }
        long seen = fixture.records(mailbox);
        Await.until("its waiter knows", future::isDone);
        assertThat(seen).isEqualTo(future.isCompletedExceptionally() ? 0 : 1);
        assertThat(fixture.records(mailbox)).isEqualTo(seen);
    }

    @Test
    void aFencedNodeCannotComeBackByReplacingItsConnection() {
        WorkflowMailbox mailbox = fixture.accepted();
        fixture.onFlush(request -> {
            fence();
            fixture.onFlush(next -> Action.FORWARD);
            return Action.CUT_BEFORE;
        });
        assertThat(Await.failure(mailbox.commit(FlushFixture.intent(0, "late"))))
                .isInstanceOf(OwnershipLostException.class)
                .hasMessageContaining("node test may not write");
        assertThat(fixture.records(mailbox)).isZero();
    }

    private void fence() {
        fixture.jdbi.useExtension(FenceSql.class, fence -> fence.fence(fixture.incarnation.id()));
    }
}
