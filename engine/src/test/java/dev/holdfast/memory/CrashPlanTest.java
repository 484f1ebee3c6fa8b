package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A node dies at a planned record: what is committed stays, and the node hears of nothing any more. */
final class CrashPlanTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final WorkflowWrite.Creation STARTS =
            new WorkflowWrite.Creation("orders", 1, Map.of(), new byte[0], true, null);
    private static final Outcome OUTCOME = new Outcome(Position.main(0), 1, Outcome.State.SUCCEEDED, new byte[0], null);
    private static final HistoryEvent.TimeRead READ = new HistoryEvent.TimeRead(Position.main(1), NOON);
    private static final HistoryEvent.Ended END = new HistoryEvent.Ended(WorkflowStatus.COMPLETED, new byte[0]);

    private final MemoryDatabase database = new MemoryDatabase(() -> NOON);
    private final MemoryStore store = new MemoryStore(database, "node", new JacksonCodec(), Duration.ofHours(1));
    private final CompletableFuture<Void> died = new CompletableFuture<>();

    private static HistoryEvent.Intent intent(int position) {
        return new HistoryEvent.Intent(Position.main(position), 1, "step", UUID.randomUUID(), -1);
    }

    /** Writes an intent, then an outcome with a reading of the clock and the end: three records, of two commits. */
    private WorkflowKey run() {
        StoreNode.joining(store);
        WorkflowKey key = store.newKey();
        Mailbox mailbox = store.mailbox(key, 0);
        CompletableFuture<Void> created = mailbox.create(STARTS);
        CompletableFuture<Void> first = mailbox.record(intent(0));
        Await.until("it is written, or not", () -> created.isDone() && first.isDone());
        if (!first.isCompletedExceptionally()) {
            mailbox.hold(OUTCOME);
            mailbox.hold(READ);
            CompletableFuture<Void> end = mailbox.record(END);
            Await.until("the end is written, or not", end::isDone);
            if (!end.isCompletedExceptionally()) {
                return key;
            }
        }
        Await.done(died);
        assertThatThrownBy(() -> store.mailbox(key, 0)).isInstanceOf(OwnershipLostException.class);
        return key;
    }

    private List<LogRecord> log(WorkflowKey key) {
        return new MemoryStore(database).log(key, 0, 10, Long.MAX_VALUE);
    }

    private void died() {
        died.complete(null);
    }

    @Test
    void withoutAPlanThreeRecordsAreWritten() {
        assertThat(log(run())).hasSize(3);
        assertThat(database.records()).isEqualTo(3);
    }

    @Test
    void itDiesOnceThisManyRecordsAreCommitted() {
        store.crashAfter(1, this::died);
        assertThat(log(run())).hasSize(1);
    }

    @Test
    void itDiesInTheMiddleOfACommitAndTheFirstPartOfThatStays() {
        store.crashAfter(2, this::died);
        List<LogRecord> log = log(run());
        assertThat(log).hasSize(2);
        assertThat(log.getLast().outcome()).isEqualTo(OUTCOME);
        assertThat(log.getLast().event()).isEqualTo(READ);
    }

    @Test
    void itDiesBeforeTheFirstRecordAndTheWorkflowIsAccepted() {
        store.crashBefore(1, this::died);
        WorkflowKey key = run();
        assertThat(log(key)).isEmpty();
        assertThat(new MemoryStore(database).find(key)).isPresent();
    }

    @Test
    void itDiesBeforeARecordAndTheOutcomeThatBelongsToItIsLost() {
        store.crashBefore(2, this::died);
        List<LogRecord> log = log(run());
        assertThat(log).hasSize(1);
        assertThat(log.getFirst().outcome()).isNull();
    }

    @Test
    void anUnloadingAfterTheLastRecordIsLostOnlyIfItDiesAtOnce() {
        HistoryEvent.Intent intent = intent(0);
        WorkflowWrite.Unloading leaves = WorkflowWrite.Unloading.queued();
        List<WorkflowWrite> writes = List.of(intent, leaves, OUTCOME);
        assertThat(new CrashPlan(1, true, this::died).lasting(writes, 0)).containsExactly(intent);
        assertThat(new CrashPlan(1, false, this::died).lasting(writes, 0)).containsExactly(intent, leaves);
        assertThat(new CrashPlan(9, true, this::died).lasting(writes, 0)).isEqualTo(writes);
    }

    @Test
    void aPlanForARecordThatIsCommittedKillsItAtOnce() {
        run();
        store.crashAfter(3, this::died);
        Await.done(died);
    }
}
