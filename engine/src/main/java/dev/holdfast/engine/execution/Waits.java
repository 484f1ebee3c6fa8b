package dev.holdfast.engine.execution;

import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowWrite.Unloading;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The waits of one execution: a short one in memory, a longer one without a thread, because the workflow is unloaded.
 * Used by the workflow's thread.
 *
 * @param kept the longest wait in memory
 */
record Waits(
        WorkflowLog log,
        ExecutionState state,
        Signals signals,
        CancelDelivery cancel,
        DeadlineDelivery deadline,
        Duration kept) {
    static Waits of(Execution execution) {
        return new Waits(
                execution.log(),
                execution.state(),
                execution.signals(),
                execution.cancelDelivery(),
                execution.deadlineDelivery(),
                execution.environment().config().keptLoaded());
    }

    /** Waits for this time; returns early if a cancel is due. If it takes too long, unloads the workflow. */
    void until(Call call, Wait wait, Duration time) {
        if (time.compareTo(kept) > 0) {
            throw unload(call, wait, time);
        }
        inMemory(time, () -> cancel.isDueAt(call));
    }

    /** Unloads the workflow for this time; returns the error to throw once that is committed. */
    Unwind unload(Call call, Wait wait, Duration time) {
        return log.unload(unloading(call, wait, time));
    }

    /** For this time, or with null until a message wakes it, and at most until the deadline. */
    Unloading unloading(Call call, Wait wait, @Nullable Duration time) {
        Unloading unloading =
                Unloading.waiting(wait, deadline.limit(call, time)).untaken(signals.untaken());
        return call.isCancellable() ? unloading : unloading.uncancellable();
    }

    /** Waits for this time, at most as long as a wait may take in memory; returns early if {@code enough} is true. */
    void inMemory(Duration time, BooleanSupplier enough) {
        state.forgetInterrupts();
        log.flush();
        state.sleep(time.compareTo(kept) > 0 ? kept : time, enough);
        log.requireOpen();
    }
}
