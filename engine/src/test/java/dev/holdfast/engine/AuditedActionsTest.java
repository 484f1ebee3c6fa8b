package dev.holdfast.engine;

import dev.holdfast.Holdfast;
import dev.holdfast.memory.MemoryHoldfast;
import java.util.function.UnaryOperator;

/** In memory. */
final class AuditedActionsTest extends AuditedActionsContract {
    @Override
    protected Holdfast start(UnaryOperator<Holdfast.Builder> with) {
        return with.apply(MemoryHoldfast.create()).start();
    }
}
