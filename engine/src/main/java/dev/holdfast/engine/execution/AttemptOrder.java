package dev.holdfast.engine.execution;

import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.WorkflowWrite.Intent;
import java.util.function.Supplier;

/**
 * The order in which an attempt meets the log, in one place: the intent is committed, the lease is held, the body runs,
 * its outcome is recorded. Any other order loses or doubles something; a test brings one and sees it happen.
 */
public class AttemptOrder {
    public <T> AttemptResult<T> run(
            Checkpoints checkpoints, Ownership ownership, Intent intent, Supplier<AttemptResult<T>> body)
            throws InterruptedException {
        checkpoints.commit(intent);
        ownership.awaitLease();
        AttemptResult<T> result = body.get();
        checkpoints.hold(result.outcome());
        return result;
    }
}
