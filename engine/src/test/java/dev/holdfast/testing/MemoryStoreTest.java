package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.JacksonCodec;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Node;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoreContract;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class MemoryStoreTest extends StoreContract {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456789Z");
    private static final Entry.Acceptance STARTS = new Entry.Acceptance("orders", 1, Map.of(), new byte[0], true, null);
    private static final Entry.Acceptance QUEUES =
            new Entry.Acceptance("orders", 1, Map.of(), new byte[0], false, null);
    private static final Entry.Ended COMPLETED = new Entry.Ended(WorkflowStatus.COMPLETED, new byte[0]);
    private static final Entry.Outcome OUTCOME =
            new Entry.Outcome(0, null, 1, Entry.Outcome.State.SUCCEEDED, new byte[0], null);

    private final MemoryDatabase database = new MemoryDatabase();

    @Override
    public Store open() {
        return new MemoryStore(database);
    }

    @Override
    public void crash(Store store) {
        ((MemoryStore) store).crash();
    }

    @Override
    public Node takeOver(Node former) {
        return closedAfterTest(Node.joining(open()));
    }

    private Node patient() {
        MemoryStore store = new MemoryStore(database, "patient", new JacksonCodec(), Duration.ofHours(1));
        return closedAfterTest(Node.joining(store));
    }

    private static Entry.Intent intent(int position) {
        return new Entry.Intent(position, null, 1, "step", UUID.randomUUID(), -1);
    }

    @Test
    void whatIsHeldWaitsForItsTimeOrAFlush() {
        Node node = patient();
        WorkflowKey key = node.store().newKey();
        Mailbox mailbox = node.store().mailbox(key, 0);
        CompletableFuture<Void> accepted = mailbox.accept(STARTS);
        assertThat(node.store().find(key)).isEmpty();
        mailbox.flush();
        Await.done(accepted);
        Await.done(mailbox.commit(intent(0)));
        mailbox.hold(OUTCOME);
        // Whatever else this thread of the store has to do is done by then.
        Await.done(node.store().mailbox(node.store().newKey(), 0).accept(QUEUES));
        assertThat(node.store().log(key, 0, 10)).hasSize(1);
        mailbox.flush();
        Await.until("the outcome is written", () -> node.store().log(key, 0, 10).size() == 2);
    }

    @Test
    void whatIsHeldSharesTheNextRecordHoweverLateThatComes() {
        Node node = patient();
        WorkflowKey key = node.store().newKey();
        Mailbox mailbox = node.store().mailbox(key, 0);
        CompletableFuture<Void> accepted = mailbox.accept(STARTS);
        Await.done(mailbox.commit(intent(0)));
        assertThat(accepted).isCompleted();
        mailbox.hold(OUTCOME);
        Await.done(mailbox.commit(COMPLETED));
        assertThat(node.store().log(key, 0, 10)).hasSize(2);
        assertThat(node.store().lastRow(key).map(LogRow::outcome)).contains(OUTCOME);
    }

    @Test
    void aCrashDropsWhatIsHeldAndCloseDropsItToo() {
        for (boolean crash : new boolean[] {true, false}) {
            Node node = patient();
            WorkflowKey key = node.store().newKey();
            Mailbox mailbox = node.store().mailbox(key, 0);
            CompletableFuture<Void> accepted = mailbox.accept(STARTS);
            Await.done(mailbox.commit(intent(0)));
            assertThat(accepted).isCompleted();
            mailbox.hold(OUTCOME);
            if (crash) {
                crash(node.store());
            } else {
                node.store().close();
            }
            assertThat(start().store().log(key, 0, 10)).hasSize(1);
        }
    }

    @Test
    void nothingFollowsAnEnd() {
        Node node = start();
        WorkflowKey key = node.store().newKey();
        Mailbox mailbox = node.store().mailbox(key, 0);
        Await.done(mailbox.accept(STARTS));
        Await.done(mailbox.commit(COMPLETED));
        assertThat(Await.failure(mailbox.commit(intent(0)))).isInstanceOf(OwnershipLostException.class);
        assertThat(node.store().find(key).orElseThrow().status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(node.store().log(key, 0, 10)).hasSize(1);
    }

    @Test
    void timesAreThoseOfTheGivenClockInMicroseconds() {
        Node node = closedAfterTest(Node.joining(new MemoryStore(new MemoryDatabase(InstantSource.fixed(NOON)))));
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).accept(STARTS));
        assertThat(node.store().find(key).orElseThrow().createdAt())
                .isEqualTo(Instant.parse("2026-03-01T12:00:00.123456Z"));
        assertThat(key.uid().version()).isEqualTo(7);
        assertThat(key.uid().getMostSignificantBits() >>> 16).isEqualTo(NOON.toEpochMilli());
    }

    @Test
    void aStoreThatHasNotJoinedReadsAndWritesNothing() {
        Node node = start();
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).accept(STARTS));
        try (Store observer = open()) {
            assertThat(observer.find(key)).isPresent();
            assertThat(observer.due(Duration.ZERO, 10)).isEmpty();
            assertThat(observer.interrupted(List.of(0, 1, 2), null, 10)).isEmpty();
            assertThatThrownBy(() -> observer.mailbox(key, 0)).isInstanceOf(OwnershipLostException.class);
        }
        assertThat(node.ownership().leaseHeld()).isTrue();
    }

    @Test
    void whatRunsInThisProcessIsNotInterrupted() {
        Node node = start();
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).accept(STARTS));
        assertThat(node.interrupted(null, 10)).isEmpty();
        assertThat(start().interrupted(null, 10)).containsExactly(key);
    }
}
