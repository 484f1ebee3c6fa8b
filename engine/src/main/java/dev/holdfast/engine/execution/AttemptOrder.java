package dev.holdfast.engine.execution;

import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.Ownership;
import java.util.function.Supplier;

/**
 * The order of an attempt, in one place: the intent is committed, the lease is held, the body runs, its outcome is
 * recorded. Any other order loses or doubles something: tests run other orders, and fail.
 */
public class AttemptOrder {
    /** Runs the attempt and returns its result. Throws the errors that unwind the workflow. */
    public <T> AttemptResult<T> run(
            WorkflowLog log, Ownership ownership, Intent intent, Supplier<AttemptResult<T>> body)
            throws InterruptedException {
        log.record(intent);
        ownership.awaitLease();
        AttemptResult<T> result = body.get();
        log.hold(result.outcome());
        return result;
    }
}
