package dev.holdfast.engine.execution;

import dev.holdfast.StepBody;
import dev.holdfast.TypeToken;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.Ownership;
import java.util.function.Supplier;

/**
 * The order of an attempt, in one place: commit the intent, wait for the lease, run the body, record its outcome. Any
 * other order loses an effect or doubles it: tests run other orders and detect this. Safe for all threads.
 */
public class AttemptOrder {
    /**
     * Returns the body that this attempt calls: that of the step. A test kit returns another one, whose value must fit
     * the type. Called on the thread of the workflow, once the intent is recorded.
     */
    public <T> StepBody<T> body(Intent intent, TypeToken<T> type, StepBody<T> ofStep) {
        return ofStep;
    }

    /** Runs one attempt and returns its result. Throws the errors that unwind the workflow. */
    public <T> AttemptResult<T> run(
            WorkflowLog log, Ownership ownership, Intent intent, Supplier<AttemptResult<T>> body)
            throws InterruptedException {
        log.record(intent);
        ownership.awaitLease();
        AttemptResult<T> result = body.get();
        if (!(result instanceof AttemptResult.Committed)) {
            log.hold(result.outcome());
        }
        return result;
    }
}
