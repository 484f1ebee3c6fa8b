package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.StoredWorkflow;

/**
 * The inputs and logs that this node has in memory, in bytes as stored. Each claim holds what its workflow needs, from
 * before the log is read until the workflow has left. A quarter is always left for the short ones, and a quarter for
 * the long ones, so that neither keep the others out. Safe for all threads.
 */
final class LoadedBytes {
    private final long max;
    private final long share;
    private long heldShort;
    private long heldLong;

    LoadedBytes(long max) {
        this.max = max;
        this.share = max - max / 4;
    }

    /** The size of the largest workflow that can be loaded. */
    long largest() {
        return share;
    }

    /** The bytes that are held now. */
    synchronized long held() {
        return heldShort + heldLong;
    }

    /** How many short workflows fit now. */
    synchronized int roomForShort() {
        long free = Math.max(max - share - heldShort, share - heldShort - heldLong);
        return Math.clamp(free / StoredWorkflow.BYTES_MAX, 0, Integer.MAX_VALUE);
    }

    /** Whether so much fits now. */
    synchronized boolean hasRoom(long bytes) {
        long all = heldShort + heldLong + bytes;
        return isLong(bytes)
                ? heldLong + bytes <= share && all <= max
                : heldShort + bytes <= max - share || all <= share;
    }

    /**
     * Lets the claim hold so much instead of what it held; returns false, and changes nothing, if that does not fit.
     */
    synchronized boolean tryHold(Claim claim, long bytes) {
        long before = claim.hold(0);
        add(-before, before);
        if (bytes > before && !hasRoom(bytes)) {
            claim.hold(before);
            add(before, before);
            return false;
        }
        claim.hold(bytes);
        add(bytes, bytes);
        return true;
    }

    /** Takes back what the claim holds. May be called again. */
    synchronized void release(Claim claim) {
        long before = claim.hold(0);
        add(-before, before);
    }

    private void add(long more, long size) {
        if (isLong(size)) {
            heldLong += more;
        } else {
            heldShort += more;
        }
    }

    private static boolean isLong(long bytes) {
        return bytes > StoredWorkflow.BYTES_MAX;
    }
}
