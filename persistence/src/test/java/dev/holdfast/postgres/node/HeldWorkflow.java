package dev.holdfast.postgres.node;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import java.util.concurrent.CountDownLatch;

/** A workflow whose step ends when the test lets it: it adds one. */
final class HeldWorkflow {
    static final Definition<Integer, Integer> HELD = Definition.of("held", 1, Integer.class, Integer.class);

    private final CountDownLatch held = new CountDownLatch(1);

    Holdfast.Builder register(Holdfast.Builder builder) {
        return builder.register(
                HELD,
                (ctx, input) -> ctx.step("hold", Integer.class, step -> {
                    held.await();
                    return input + 1;
                }));
    }

    void release() {
        held.countDown();
    }
}
