package dev.holdfast.memory;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;
import java.util.List;

/**
 * The moment at which a node dies, by the number of records in the database. Immutable.
 *
 * @param records that are committed before it dies
 * @param atOnce whether it dies as soon as they are committed; else when the next one is about to be
 * @param die lets it die
 */
record CrashPlan(long records, boolean atOnce, Runnable die) {
    boolean isReached(long committed) {
        return atOnce && committed >= records;
    }

    /** Returns those of these writes of a mailbox that are committed before the node dies. */
    List<WorkflowWrite> lasting(List<WorkflowWrite> writes, long committed) {
        long room = records - committed;
        boolean held = false; // an outcome shares its record with the event that follows it
        for (int i = 0; i < writes.size(); i++) {
            WorkflowWrite write = writes.get(i);
            boolean begins = write instanceof WorkflowWrite.Outcome || write instanceof HistoryEvent && !held;
            boolean leaves = atOnce && room == 0 && write instanceof WorkflowWrite.Move;
            if (begins && room == 0 || leaves) {
                return writes.subList(0, i);
            }
            room -= begins ? 1 : 0;
            held = write instanceof WorkflowWrite.Outcome;
        }
        return writes;
    }
}
