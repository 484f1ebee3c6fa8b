package dev.holdfast.postgres.checkpoint;

import java.util.List;

/** What goes in one call and one commit. Immutable. */
public record Batch(List<MailboxBatch> parts) {
    static final int ROWS_MAX = 1_024;
    static final int BYTES_MAX = 4 << 20;
    /** A larger entry goes by itself, so that it delays nobody else's commit by more than its own. */
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

    /** How long the entry has waited that somebody waits for and that waits longest. */
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

    /** The earliest era that one of its workflows was accepted in. */
    int oldestEra() {
        return parts.stream().mapToInt(part -> part.mailbox().key().era()).min().orElse(Integer.MAX_VALUE);
    }

    /** How much more fits. One thread. */
    public static final class Room {
        private int entries;
        private long bytes;
        private boolean full;

        /** Takes the place of an entry of this size; false when it has to wait for the next batch. */
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
