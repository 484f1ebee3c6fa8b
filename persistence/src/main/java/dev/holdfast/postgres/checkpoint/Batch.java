package dev.holdfast.postgres.checkpoint;

import java.util.List;

/** The writes of one call and one commit. Immutable. */
public record Batch(List<MailboxBatch> parts) {
    static final int ROWS_MAX = 1_024;
    static final int BYTES_MAX = 4 << 20;
    /** A larger write gets a commit of its own, so that other workflows need not wait for its transfer. */
    static final int LARGE_BYTES = 256 << 10;

    boolean isEmpty() {
        return parts.isEmpty();
    }

    boolean isSingle() {
        return parts.size() == 1;
    }

    /** The first half, rounded up. */
    Batch firstHalf() {
        return new Batch(parts.subList(0, (parts.size() + 1) / 2));
    }

    Batch secondHalf() {
        return new Batch(parts.subList((parts.size() + 1) / 2, parts.size()));
    }

    int records() {
        return parts.stream().mapToInt(part -> part.records().size()).sum();
    }

    /** The longest wait of the writes for which a caller waits; 0 if there are none. */
    long longestWait(long nowNanos) {
        long longest = 0;
        for (MailboxBatch part : parts) {
            for (PendingWrite write : part.writes()) {
                if (write.committed() != null) {
                    longest = Math.max(longest, nowNanos - write.since());
                }
            }
        }
        return longest;
    }

    /** The earliest era in which a workflow of this batch was accepted. */
    int oldestEra() {
        return parts.stream().mapToInt(part -> part.mailbox().key().era()).min().orElse(Integer.MAX_VALUE);
    }

    /** The room that is left in a batch. One thread. */
    public static final class Room {
        private int entries;
        private long bytes;
        private boolean full;

        /** Takes room for a write of this size; false if the write must wait for the next batch. */
        boolean take(int size) {
            boolean fits =
                    !full && entries < ROWS_MAX && bytes + size <= BYTES_MAX && (size <= LARGE_BYTES || entries == 0);
            if (entries == 0 || fits) {
                full |= size > LARGE_BYTES;
                entries++;
                bytes += size;
                return true;
            }
            full = true;
            return false;
        }

        boolean isFull() {
            return full || entries >= ROWS_MAX || bytes >= BYTES_MAX;
        }
    }
}
