package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has taken from one mailbox, laid out as records.
 *
 * @param move the loading or unloading, of which there is at most one and nothing behind it
 * @param unlogged what leaves no record
 * @param firstSeq the seq before the first of the rows
 */
public record MailboxBatch(
        WorkflowMailbox mailbox,
        List<PendingWrite> entries,
        WorkflowWrite.@Nullable Creation acceptance,
        @Nullable WorkflowWrite move,
        List<WorkflowWrite> unlogged,
        List<Row> rows,
        int firstSeq) {

    /** Lays out the entries: an outcome shares its record with the event that follows it. */
    static MailboxBatch of(WorkflowMailbox mailbox, List<PendingWrite> entries, int lastSeq) {
        WorkflowWrite.Creation acceptance = null;
        WorkflowWrite move = null;
        List<WorkflowWrite> unlogged = new ArrayList<>(0);
        WorkflowWrite.Outcome held = null;
        List<Row> rows = new ArrayList<>(entries.size());
        int seq = lastSeq;
        for (PendingWrite write : entries) {
            switch (write.write()) {
                case WorkflowWrite.Creation a -> acceptance = a;
                case WorkflowWrite.Loading in -> move = in;
                case WorkflowWrite.Unloading out -> move = out;
                case WorkflowWrite.Answered answered -> unlogged.add(answered);
                case WorkflowWrite.Erased erased -> unlogged.add(erased);
                case WorkflowWrite.Scrubbed scrubbed -> unlogged.add(scrubbed);
                case WorkflowWrite.Rehomed rehomed -> unlogged.add(rehomed);
                case WorkflowWrite.Outcome outcome -> {
                    if (held != null) {
                        rows.add(row(++seq, held, null));
                    }
                    held = outcome;
                }
                case WorkflowWrite.Event event -> {
                    rows.add(row(++seq, held, event));
                    held = null;
                }
            }
        }
        if (held != null) {
            rows.add(row(++seq, held, null));
        }
        return new MailboxBatch(mailbox, entries, acceptance, move, unlogged, rows, lastSeq);
    }

    private static Row row(int seq, WorkflowWrite.@Nullable Outcome outcome, WorkflowWrite.@Nullable Event event) {
        return new Row(seq, ThreadLocalRandom.current().nextLong(), outcome, event);
    }

    public int lastSeq() {
        return firstSeq + rows.size();
    }

    /** What its last event is, if it has one. */
    WorkflowWrite.@Nullable Event lastEvent() {
        return rows.isEmpty() ? null : rows.getLast().event();
    }

    /** The commit is known: tells who waits, lets the mailbox go on. */
    void succeed(CheckpointQueue queue) {
        for (PendingWrite write : entries) {
            queue.removed(write.bytes());
            write.succeed();
        }
        mailbox.landed();
    }

    /** All but the move was written; that has to be sent again. */
    void succeedButMove(CheckpointQueue queue) {
        mailbox.putBack(entries.getLast(), lastSeq());
        for (PendingWrite write : entries.subList(0, entries.size() - 1)) {
            queue.removed(write.bytes());
            write.succeed();
        }
    }

    /** Nothing of it was written and never will be. */
    void fail(CheckpointQueue queue, RuntimeException reason) {
        mailbox.breakOff(reason, firstSeq);
        for (PendingWrite write : entries) {
            queue.removed(write.bytes());
            write.fail(reason);
        }
    }
}
