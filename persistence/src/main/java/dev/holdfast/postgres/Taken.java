package dev.holdfast.postgres;

import dev.holdfast.spi.Entry;
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
record Taken(
        WorkflowMailbox mailbox,
        List<Pending> entries,
        Entry.@Nullable Acceptance acceptance,
        @Nullable Entry move,
        List<Entry> unlogged,
        List<Row> rows,
        int firstSeq) {

    /** Lays out the entries: an outcome shares its record with the event that follows it. */
    static Taken of(WorkflowMailbox mailbox, List<Pending> entries, int lastSeq) {
        Entry.Acceptance acceptance = null;
        Entry move = null;
        List<Entry> unlogged = new ArrayList<>(0);
        Entry.Outcome held = null;
        List<Row> rows = new ArrayList<>(entries.size());
        int seq = lastSeq;
        for (Pending pending : entries) {
            switch (pending.entry()) {
                case Entry.Acceptance a -> acceptance = a;
                case Entry.Loading in -> move = in;
                case Entry.Unloading out -> move = out;
                case Entry.Answered answered -> unlogged.add(answered);
                case Entry.Erased erased -> unlogged.add(erased);
                case Entry.Scrubbed scrubbed -> unlogged.add(scrubbed);
                case Entry.Rehomed rehomed -> unlogged.add(rehomed);
                case Entry.Outcome outcome -> {
                    if (held != null) {
                        rows.add(row(++seq, held, null));
                    }
                    held = outcome;
                }
                case Entry.Event event -> {
                    rows.add(row(++seq, held, event));
                    held = null;
                }
            }
        }
        if (held != null) {
            rows.add(row(++seq, held, null));
        }
        return new Taken(mailbox, entries, acceptance, move, unlogged, rows, lastSeq);
    }

    private static Row row(int seq, Entry.@Nullable Outcome outcome, Entry.@Nullable Event event) {
        return new Row(seq, ThreadLocalRandom.current().nextLong(), outcome, event);
    }

    int lastSeq() {
        return firstSeq + rows.size();
    }

    /** What its last event is, if it has one. */
    Entry.@Nullable Event lastEvent() {
        return rows.isEmpty() ? null : rows.getLast().event();
    }

    /** The commit is known: tells who waits, lets the mailbox go on. */
    void succeed(CheckpointQueue queue) {
        for (Pending pending : entries) {
            queue.removed(pending.bytes());
            pending.succeed();
        }
        mailbox.landed();
    }

    /** All but the move was written; that has to be sent again. */
    void succeedButMove(CheckpointQueue queue) {
        mailbox.putBack(entries.getLast(), lastSeq());
        for (Pending pending : entries.subList(0, entries.size() - 1)) {
            queue.removed(pending.bytes());
            pending.succeed();
        }
    }

    /** Nothing of it was written and never will be. */
    void fail(CheckpointQueue queue, RuntimeException reason) {
        mailbox.breakOff(reason, firstSeq);
        for (Pending pending : entries) {
            queue.removed(pending.bytes());
            pending.fail(reason);
        }
    }
}
