package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.io.IOException;
import java.time.Duration;

/** Probe: one step that fails a given number of times, or always. Run by the engine, on many threads. */
public final class FlakyProbe implements Workflow<FlakyProbe.Plan, FlakyProbe.Done> {
    public static final Definition<Plan, Done> DEFINITION = Definition.of("probe.flaky", 1, Plan.class, Done.class);

    /** The input: the number of failures, whether they are permanent, and the retry policy of the step. */
    public record Plan(Integer failures, Boolean permanent, Integer maxAttempts, Integer backoffMillis) {
        /** Throws {@code InvalidInputException} for numbers out of range. Defaults: 3, false, 5, 100. */
        public Plan {
            failures = Inputs.within("failures", failures, 3, 0, 1_000_000);
            permanent = Inputs.or(permanent, false);
            maxAttempts = Inputs.within("maxAttempts", maxAttempts, 5, 1, 1_000_000);
            backoffMillis = Inputs.within("backoffMillis", backoffMillis, 100, 0, 86_400_000);
        }
    }

    /** The result: the attempt that succeeded. */
    public record Done(int attempts) {}

    private final Ledger ledger;

    /** {@code ledger} records each attempt. */
    public FlakyProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Done run(WorkflowContext ctx, Plan plan) {
        RetryPolicy policy = RetryPolicy.exponential(Duration.ofMillis(plan.backoffMillis()), plan.maxAttempts())
                .nonRetryable(IllegalStateException.class);
        int attempts = ctx.step(Step.named("flaky").retry(policy), Integer.class, step -> {
            ledger.append(step, "flaky");
            if (step.attempt() > plan.failures()) {
                return step.attempt();
            }
            if (plan.permanent()) {
                throw new IllegalStateException("attempt " + step.attempt() + " fails, as will every other");
            }
            throw new IOException("attempt " + step.attempt() + " of " + plan.failures() + " that fail");
        });
        return new Done(attempts);
    }
}
