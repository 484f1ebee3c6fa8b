package dev.holdfast.engine;

import dev.holdfast.spi.Entry.Intent;
import dev.holdfast.spi.Ownership;
import java.util.function.Supplier;

/**
 * The order in which an attempt meets the log, in one place: the intent is committed, the lease is held, the body runs,
 * its outcome is recorded. Any other order loses or doubles something; a test brings one and sees it happen.
 */
class AttemptOrder {
    <T> Attempted<T> run(Checkpoints checkpoints, Ownership ownership, Intent intent, Supplier<Attempted<T>> body)
            throws InterruptedException {
        checkpoints.commit(intent);
        ownership.awaitLease();
        Attempted<T> attempted = body.get();
        checkpoints.hold(attempted.outcome());
        return attempted;
    }
}
