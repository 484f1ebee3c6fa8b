package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The writes that a connection has taken from one mailbox, laid out as records. Immutable.
 *
 * @param move the loading or unloading; there is at most one, and nothing follows it
 * @param seqBefore the last seq before these records
 */
public record MailboxBatch(
        WorkflowMailbox mailbox,
        List<PendingWrite> writes,
        WorkflowWrite.@Nullable Creation creation,
        WorkflowWrite.@Nullable Move move,
        List<WorkflowWrite.Reply> replies,
        List<WorkflowWrite.Rehoming> rehomings,
        List<WorkflowWrite.Removal> removals,
        List<NewRecord> records,
        int seqBefore) {
    /** Lays out the writes: an outcome shares its record with the event that follows it. */
    static MailboxBatch of(WorkflowMailbox mailbox, List<PendingWrite> writes, int lastSeq) {
        Layout layout = new Layout(writes.size(), lastSeq);
        writes.forEach(layout::add);
        layout.close();
        return new MailboxBatch(
                mailbox,
                writes,
                layout.creation,
                layout.move,
                layout.replies,
                layout.rehomings,
                layout.removals,
                layout.records,
                lastSeq);
    }

    /** Sorts writes into records and moves. One use. */
    private static final class Layout {
        private final List<WorkflowWrite.Reply> replies = new ArrayList<>(0);
        private final List<WorkflowWrite.Rehoming> rehomings = new ArrayList<>(0);
        private final List<WorkflowWrite.Removal> removals = new ArrayList<>(0);
        private final List<NewRecord> records;
        private int seq;
        private WorkflowWrite.@Nullable Creation creation;
        private WorkflowWrite.@Nullable Move move;
        private WorkflowWrite.@Nullable Outcome held;

        Layout(int size, int lastSeq) {
            this.records = new ArrayList<>(size);
            this.seq = lastSeq;
        }

        void add(PendingWrite pending) {
            switch (pending.write()) {
                case WorkflowWrite.Creation created -> creation = created;
                case WorkflowWrite.Move moved -> move = moved;
                case WorkflowWrite.Reply reply -> replies.add(reply);
                case WorkflowWrite.Rehoming rehoming -> rehomings.add(rehoming);
                case WorkflowWrite.Removal removal -> removals.add(removal);
                case WorkflowWrite.Outcome outcome -> {
                    close();
                    held = outcome;
                }
                case HistoryEvent event -> record(event);
            }
            if (pending.reply() != null) {
                replies.add(pending.reply());
            }
        }

        /** Gives an outcome that no event follows a record of its own. */
        void close() {
            if (held != null) {
                record(null);
            }
        }

        private void record(@Nullable HistoryEvent event) {
            records.add(new NewRecord(++seq, ThreadLocalRandom.current().nextLong(), held, event));
            held = null;
        }
    }

    /** The new workflow; only for a part that creates one. */
    WorkflowWrite.Creation requireCreation() {
        return Objects.requireNonNull(creation);
    }

    public int lastSeq() {
        return seqBefore + records.size();
    }

    /** The last event; null if it has none. */
    @Nullable
    HistoryEvent lastEvent() {
        return records.isEmpty() ? null : records.getLast().event();
    }

    /** Settles a part whose commit is known: completes the futures of its callers, and releases the mailbox. */
    void succeed(CheckpointQueue queue) {
        showParking();
        for (PendingWrite write : writes) {
            queue.removed(write.bytes());
            write.succeed();
        }
        mailbox.landed();
    }

    /** Settles a part of which all but the move was written, and puts the move back to be sent again. */
    void succeedButMove(CheckpointQueue queue) {
        showParking();
        mailbox.putBack(writes.getLast(), lastSeq());
        for (PendingWrite write : writes.subList(0, writes.size() - 1)) {
            queue.removed(write.bytes());
            write.succeed();
        }
    }

    private void showParking() {
        for (NewRecord record : records) {
            if (record.event() instanceof HistoryEvent.Parked) {
                mailbox.parked(record.seq());
            }
        }
    }

    /** Fails a part of which nothing was written, and nothing will be. */
    void fail(CheckpointQueue queue, RuntimeException reason) {
        mailbox.breakOff(reason, seqBefore);
        for (PendingWrite write : writes) {
            queue.removed(write.bytes());
            write.fail(reason);
        }
    }
}
