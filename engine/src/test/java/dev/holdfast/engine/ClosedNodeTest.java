package dev.holdfast.engine;

import dev.holdfast.Holdfast;
import dev.holdfast.memory.MemoryHoldfast;
import java.util.function.UnaryOperator;

/** In memory. */
final class ClosedNodeTest extends ClosedNodeContract {
    @Override
    protected Holdfast start(UnaryOperator<Holdfast.Builder> with) {
        return with.apply(MemoryHoldfast.create()).start();
    }
}
