package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import org.jspecify.annotations.Nullable;

/** Probe: one step that runs at most once, and may end its process. Run by the engine, on many threads. */
public final class OnceProbe implements Workflow<OnceProbe.Plan, OnceProbe.Done> {
    public static final Definition<Plan, Done> DEFINITION = Definition.of("probe.once", 1, Plan.class, Done.class);
    private static final String BODY = "body";

    /** The input: {@code haltIn} is {@code body}, to end the process in the first attempt, or absent. */
    public record Plan(@Nullable String haltIn) {
        /** Throws {@code InvalidInputException} for another place, and for a process that must not be ended. */
        public Plan {
            if (haltIn != null && !haltIn.equals(BODY)) {
                throw new InvalidInputException("haltIn", "haltIn is " + haltIn + ": expected body, or nothing");
            }
            if (haltIn != null) {
                Halt.requireAllowed("haltIn", haltIn);
            }
        }
    }

    /** The result. */
    public record Done(boolean done) {}

    private final Ledger ledger;

    /** {@code ledger} records each attempt. */
    public OnceProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Done run(WorkflowContext ctx, Plan plan) {
        ctx.run(Step.named("once").atMostOnce(), step -> {
            ledger.append(step, "once");
            if (plan.haltIn() != null && step.attempt() == 1) {
                Halt.now();
            }
        });
        return new Done(true);
    }
}
