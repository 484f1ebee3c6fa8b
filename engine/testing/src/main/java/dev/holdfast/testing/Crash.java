package dev.holdfast.testing;

import dev.holdfast.memory.MemoryStore;

/**
 * A planned crash. Immutable.
 *
 * @param record the number of a record of the test, from 1
 * @param before whether the node dies when the record is about to be committed; else as soon as it is
 */
record Crash(long record, boolean before) {
    /** Plans it for a node. */
    void plan(MemoryStore node, Runnable died) {
        if (before) {
            node.crashBefore(record, died);
        } else {
            node.crashAfter(record, died);
        }
    }

    @Override
    public String toString() {
        return before
                ? "before record " + record + " is committed, so that what ran before it is lost"
                : "as soon as record " + record + " is committed";
    }
}
