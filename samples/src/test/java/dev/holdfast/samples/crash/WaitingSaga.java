package dev.holdfast.samples.crash;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/** A saga that waits between its steps; the first compensation to run lasts until the test opens the gate. */
final class WaitingSaga implements Workflow<WaitingSaga.Plan, String> {
    static final Definition<Plan, String> DEFINITION = Definition.of("test.waiting-saga", 1, Plan.class, String.class);

    private static final Signal<String> APPROVAL = Signal.named("approval", String.class);
    private static final Duration DAY = Duration.ofDays(1);

    /** Whether it waits for a signal, or sleeps; and whether its compensation waits for the gate. */
    record Plan(boolean signal, boolean gated) {}

    private final StepLedger ledger;
    private final CountDownLatch gate;

    WaitingSaga(DataSource dataSource, CountDownLatch gate) {
        this.ledger = new StepLedger(dataSource);
        this.gate = gate;
    }

    @Override
    public String run(WorkflowContext ctx, Plan plan) {
        return ctx.saga(saga -> {
            saga.step(
                    "first",
                    String.class,
                    step -> ledger.append(step, "first"),
                    (step, value) -> ledger.append(step, "undo-first"));
            saga.step("second", String.class, step -> ledger.append(step, "second"), (step, value) -> {
                ledger.append(step, "undo-second");
                if (plan.gated()) {
                    gate.await();
                }
            });
            if (plan.signal()) {
                ctx.awaitSignal(APPROVAL, DAY);
            } else {
                ctx.sleep(DAY);
            }
            return ctx.step("third", String.class, step -> ledger.append(step, "third"));
        });
    }
}
