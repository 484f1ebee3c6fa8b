package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.time.Duration;
import java.time.Instant;

/** Probe: a step, a durable sleep, a step. Run by the engine, on many threads. */
public final class SleepProbe implements Workflow<SleepProbe.Plan, SleepProbe.Done> {
    public static final Definition<Plan, Done> DEFINITION = Definition.of("probe.sleep", 1, Plan.class, Done.class);

    /** The input: how long to sleep. */
    public record Plan(Integer millis) {
        /** Throws {@code InvalidInputException} for a number out of range. Default: 1,000. */
        public Plan {
            millis = Inputs.within("millis", millis, 1_000, 0, Integer.MAX_VALUE);
        }
    }

    /** The result: how long it slept, by the clock of the database. */
    public record Done(long sleptMillis) {}

    private final Ledger ledger;

    /** {@code ledger} records each attempt. */
    public SleepProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Done run(WorkflowContext ctx, Plan plan) {
        ctx.run("before", step -> ledger.append(step, "before"));
        Instant began = ctx.now();
        ctx.sleep(Duration.ofMillis(plan.millis()));
        long slept = Duration.between(began, ctx.now()).toMillis();
        ctx.run("after", step -> ledger.append(step, "after"));
        return new Done(slept);
    }
}
