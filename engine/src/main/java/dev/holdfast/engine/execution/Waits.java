package dev.holdfast.engine.execution;

import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowWrite.Unloading;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * The waits of one execution: a short one in memory, a longer one without a thread, because the workflow is unloaded.
 * Used by the workflow's thread.
 *
 * @param kept the longest wait in memory
 */
record Waits(WorkflowLog log, ExecutionState state, Signals signals, Duration kept) {
    static Waits of(Execution execution) {
        return new Waits(
                execution.log(),
                execution.state(),
                execution.signals(),
                execution.environment().config().keptLoaded());
    }

    /** Waits for this time; returns early if {@code enough} is true. If that takes too long, unloads the workflow. */
    void until(Wait wait, Duration time, BooleanSupplier enough) {
        if (time.compareTo(kept) > 0) {
            throw unload(wait, time);
        }
        inMemory(time, enough);
    }

    /** Unloads the workflow for this time; returns the error to throw once that is committed. */
    Unwind unload(Wait wait, Duration time) {
        return log.unload(Unloading.waiting(wait, time).untaken(signals.untaken()));
    }

    /** Waits for this time, at most as long as a wait may take in memory; returns early if {@code enough} is true. */
    void inMemory(Duration time, BooleanSupplier enough) {
        state.forgetInterrupts();
        log.flush();
        state.sleep(time.compareTo(kept) > 0 ? kept : time, enough);
        log.requireOpen();
    }
}
