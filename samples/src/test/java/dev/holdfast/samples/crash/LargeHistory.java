package dev.holdfast.samples.crash;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.util.concurrent.CountDownLatch;

/** Steps with values of 900,000 bytes, as many as the input says, and a last one that waits for the gate. */
final class LargeHistory implements Workflow<Integer, Integer> {
    static final Definition<Integer, Integer> DEFINITION = Definition.of("test.large", 1, Integer.class, Integer.class);
    static final int BYTES = 900_000;

    private final CountDownLatch gate;

    LargeHistory(CountDownLatch gate) {
        this.gate = gate;
    }

    @Override
    public Integer run(WorkflowContext ctx, Integer steps) {
        int characters = 0;
        for (int i = 0; i < steps; i++) {
            characters += ctx.step("large", String.class, step -> "0123456789".repeat(BYTES / 10))
                    .length();
        }
        int length = characters;
        return ctx.step("last", Integer.class, step -> {
            gate.await();
            return length;
        });
    }
}
