package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.RecordedCall;
import org.jspecify.annotations.Nullable;

/** What is recorded of the calls of one branch. Parks the workflow where its code differs. Used by its thread. */
record RecordedCalls(BranchHistory history, Parking parking) {
    /** Returns what is recorded of this call. Parks the workflow if that is another call, or if a later one is. */
    <R extends RecordedCall> @Nullable R of(Call call, Class<R> type, String description) {
        R there = found(call, type, description);
        if (there == null) {
            requireNew(call, description);
        }
        return there;
    }

    /** Returns what is recorded of this call. Parks the workflow if that is another call. */
    <R extends RecordedCall> @Nullable R found(Call call, Class<R> type, String description) {
        RecordedCall there = history.at(call.index());
        if (there != null && !(type.isInstance(there) && there.description().equals(description))) {
            throw parking.park(HistoryMismatch.at(history, call, description));
        }
        return type.cast(there);
    }

    /** Parks the workflow if a later call is recorded. */
    void requireNew(Call call, String description) {
        if (history.isInserted(call.index())) {
            throw parking.park(HistoryMismatch.at(history, call, description));
        }
    }
}
