package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Probe: a step, an await of a signal for a limited time, a step. Run by the engine, on many threads. */
public final class WaitProbe implements Workflow<WaitProbe.Plan, Map<String, Object>> {
    /** Its result is the payload, or {@code timedOut}. */
    public static final Definition<Plan, Map<String, Object>> DEFINITION =
            new Definition<>("probe.wait", 1, TypeToken.of(Plan.class), new TypeToken<Map<String, Object>>() {});

    /** The input: the name of the signal, and how long to wait for it. */
    public record Plan(@Nullable String signal, Integer timeoutMillis) {
        /** Throws {@code InvalidInputException} for members out of range. Defaults: go, 60,000. */
        public Plan {
            signal = Inputs.signal("signal", signal == null ? "go" : signal);
            timeoutMillis = Inputs.within("timeoutMillis", timeoutMillis, 60_000, 0, Integer.MAX_VALUE);
        }
    }

    private final Ledger ledger;

    /** {@code ledger} records each attempt. */
    public WaitProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Map<String, Object> run(WorkflowContext ctx, Plan plan) {
        ctx.run("before", step -> ledger.append(step, "before"));
        Signal<Object> signal = Signal.named(String.valueOf(plan.signal()), Object.class);
        Map<String, Object> result = ctx.awaitSignal(signal, Duration.ofMillis(plan.timeoutMillis()))
                .map(payload -> Map.of("payload", payload))
                .orElse(Map.of("timedOut", true));
        ctx.run("after", step -> ledger.append(step, "after"));
        return result;
    }
}
