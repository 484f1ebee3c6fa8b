package dev.holdfast.samples.crash;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/** A saga of three ledgered steps; the body of the second one lasts until the test opens the gate. */
final class HeldSaga implements Workflow<Integer, String> {
    static final Definition<Integer, String> DEFINITION = Definition.of("test.saga", 1, Integer.class, String.class);

    private final StepLedger ledger;
    private final CountDownLatch gate;

    HeldSaga(DataSource dataSource, CountDownLatch gate) {
        this.ledger = new StepLedger(dataSource);
        this.gate = gate;
    }

    @Override
    public String run(WorkflowContext ctx, Integer input) {
        return ctx.saga(saga -> {
            saga.step(
                    "first",
                    String.class,
                    step -> ledger.append(step, "first"),
                    (step, value) -> ledger.append(step, "undo-first"));
            saga.step(
                    "second",
                    String.class,
                    step -> {
                        ledger.append(step, "second");
                        gate.await();
                        return "second";
                    },
                    (step, value) -> ledger.append(step, "undo-second"));
            return ctx.step("third", String.class, step -> ledger.append(step, "third"));
        });
    }
}
