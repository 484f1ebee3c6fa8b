package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.Batch;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.MailboxBatch;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of a former life of a node writes nothing under the next one. */
@Timeout(60)
class RejoinTest {
    private static final int ROOM = 100;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    /** Writes by whichever queue the node has now, where it should write by its own or not at all. */
    private static final class Faithless extends WorkflowMailbox {
        private final CheckpointQueue own;
        private final AtomicReference<CheckpointQueue> newest;
        private int last;
        private WorkflowWrite.@Nullable Outcome held;

        Faithless(
                AtomicReference<CheckpointQueue> newest,
                CheckpointQueue queue,
                WorkflowKey key,
                int lastSeq,
                Runnable left) {
            super(queue, key, lastSeq, left);
            this.own = queue;
            this.newest = newest;
            this.last = lastSeq;
            newest.set(queue);
        }

        @Override
        public synchronized MailboxBatch take(Batch.Room room) {
            MailboxBatch part = super.take(room);
            last = part.lastSeq();
            return part;
        }

        @Override
        public void hold(WorkflowWrite.Outcome outcome) {
            held = outcome;
            super.hold(outcome);
        }

        @Override
        public void flush() {
            CheckpointQueue now = newest.get();
            if (now == own || held == null) {
                super.flush();
                return;
            }
            CountDownLatch written = new CountDownLatch(1);
            WorkflowMailbox again = new WorkflowMailbox(now, key(), last, written::countDown);
            again.hold(held);
            again.flush();
            again.close();
            Await.until("it is written", () -> written.getCount() == 0); // before the history is read
        }
    }

    @Test
    void aResultAfterItsNodeWasFencedAndIsOwnerAgainIsDropped() {
        try (RejoinScenarios node = new RejoinScenarios(database, WorkflowMailbox::new, ROOM)) {
            node.whatADeafBodyReturnsIsDropped();
        }
    }

    @Test
    void recordsHeldBackWhenTheNodeWasFencedAreDroppedWhenItIsOwnerAgain() {
        try (RejoinScenarios node = new RejoinScenarios(database, WorkflowMailbox::new, 1)) {
            node.whatWasHeldOfADeafWorkflowIsDropped();
        }
    }

    @Test
    void aBodyThatHadNotBegunWhenTheNodeWasFencedDoesNotBeginUnderTheNextLease() {
        try (RejoinScenarios node = new RejoinScenarios(database, WorkflowMailbox::new, ROOM)) {
            node.whatHadNotBegunDoesNotBegin();
        }
    }

    @Test
    void aMailboxThatOutlivesItsIncarnationIsFoundOut() {
        AtomicReference<CheckpointQueue> newest = new AtomicReference<>();
        PostgresStore.MailboxFactory faithless =
                (queue, key, lastSeq, left) -> new Faithless(newest, queue, key, lastSeq, left);
        try (RejoinScenarios node = new RejoinScenarios(database, faithless, 1)) {
            assertThatThrownBy(node::whatWasHeldOfADeafWorkflowIsDropped).isInstanceOf(AssertionError.class);
        }
    }
}
