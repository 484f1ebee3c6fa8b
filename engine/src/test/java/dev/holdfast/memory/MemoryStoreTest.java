package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoreContract;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
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
    private static final WorkflowWrite.Creation STARTS =
            new WorkflowWrite.Creation("orders", 1, Map.of(), new byte[0], true, null);
    private static final WorkflowWrite.Creation QUEUES =
            new WorkflowWrite.Creation("orders", 1, Map.of(), new byte[0], false, null);
    private static final HistoryEvent.Ended COMPLETED = new HistoryEvent.Ended(WorkflowStatus.COMPLETED, new byte[0]);
    private static final WorkflowWrite.Outcome OUTCOME =
            new WorkflowWrite.Outcome(Position.main(0), 1, WorkflowWrite.Outcome.State.SUCCEEDED, new byte[0], null);

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
    public StoreNode takeOver(StoreNode former) {
        return closedAfterTest(StoreNode.joining(open()));
    }

    private StoreNode patient() {
        MemoryStore store = new MemoryStore(database, "patient", new JacksonCodec(), Duration.ofHours(1));
        return closedAfterTest(StoreNode.joining(store));
    }

    private static HistoryEvent.Intent intent(int position) {
        return new HistoryEvent.Intent(Position.main(position), 1, "step", UUID.randomUUID(), -1);
    }

    @Test
    void whatIsHeldWaitsForItsTimeOrAFlush() {
        StoreNode node = patient();
        WorkflowKey key = node.store().newKey();
        Mailbox mailbox = node.store().mailbox(key, 0);
        CompletableFuture<Void> accepted = mailbox.create(STARTS);
        assertThat(node.store().find(key)).isEmpty();
        mailbox.flush();
        Await.done(accepted);
        Await.done(mailbox.record(intent(0)));
        mailbox.hold(OUTCOME);
        // Whatever else this thread of the store has to do is done by then.
        Await.done(node.store().mailbox(node.store().newKey(), 0).create(QUEUES));
        assertThat(node.store().log(key, 0, 10, Long.MAX_VALUE)).hasSize(1);
        mailbox.flush();
        Await.until(
                "the outcome is written",
                () -> node.store().log(key, 0, 10, Long.MAX_VALUE).size() == 2);
    }

    @Test
    void whatIsHeldSharesTheNextRecordHoweverLateThatComes() {
        StoreNode node = patient();
        WorkflowKey key = node.store().newKey();
        Mailbox mailbox = node.store().mailbox(key, 0);
        CompletableFuture<Void> accepted = mailbox.create(STARTS);
        Await.done(mailbox.record(intent(0)));
        assertThat(accepted).isCompleted();
        mailbox.hold(OUTCOME);
        Await.done(mailbox.record(COMPLETED));
        assertThat(node.store().log(key, 0, 10, Long.MAX_VALUE)).hasSize(2);
        assertThat(node.store().log(key, 0, 100, Long.MAX_VALUE).getLast().outcome())
                .isEqualTo(OUTCOME);
    }

    @Test
    void aCrashDropsWhatIsHeldAndCloseDropsItToo() {
        for (boolean crash : new boolean[] {true, false}) {
            StoreNode node = patient();
            WorkflowKey key = node.store().newKey();
            Mailbox mailbox = node.store().mailbox(key, 0);
            CompletableFuture<Void> accepted = mailbox.create(STARTS);
            Await.done(mailbox.record(intent(0)));
            assertThat(accepted).isCompleted();
            mailbox.hold(OUTCOME);
            if (crash) {
                crash(node.store());
            } else {
                node.store().close();
            }
            assertThat(start().store().log(key, 0, 10, Long.MAX_VALUE)).hasSize(1);
        }
    }

    @Test
    void nothingFollowsAnEnd() {
        StoreNode node = start();
        WorkflowKey key = node.store().newKey();
        Mailbox mailbox = node.store().mailbox(key, 0);
        Await.done(mailbox.create(STARTS));
        Await.done(mailbox.record(COMPLETED));
        assertThat(Await.failure(mailbox.record(intent(0)))).isInstanceOf(OwnershipLostException.class);
        assertThat(node.store().find(key).orElseThrow().status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(node.store().log(key, 0, 10, Long.MAX_VALUE)).hasSize(1);
    }

    @Test
    void timesAreThoseOfTheGivenClockInMicroseconds() {
        StoreNode node =
                closedAfterTest(StoreNode.joining(new MemoryStore(new MemoryDatabase(InstantSource.fixed(NOON)))));
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).create(STARTS));
        assertThat(node.store().find(key).orElseThrow().createdAt())
                .isEqualTo(Instant.parse("2026-03-01T12:00:00.123456Z"));
        assertThat(key.uid().version()).isEqualTo(7);
        assertThat(key.uid().getMostSignificantBits() >>> 16).isEqualTo(NOON.toEpochMilli());
    }

    @Test
    void aStoreThatHasNotJoinedReadsAndWritesNothing() {
        StoreNode node = start();
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).create(STARTS));
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
        StoreNode node = start();
        WorkflowKey key = node.store().newKey();
        Await.done(node.store().mailbox(key, 0).create(STARTS));
        assertThat(node.interrupted(null, 10)).isEmpty();
        assertThat(start().interrupted(null, 10)).containsExactly(key);
    }
}
