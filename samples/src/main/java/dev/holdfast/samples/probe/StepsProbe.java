package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Probe: a number of sequential steps, whose digest is the same after any crash. Run by the engine, on many threads.
 */
public final class StepsProbe implements Workflow<StepsProbe.Plan, StepsProbe.Done> {
    public static final Definition<Plan, Done> DEFINITION = Definition.of("probe.steps", 1, Plan.class, Done.class);

    /**
     * The input: the number of steps, the size of their values, the duration of each, and whether to record them in the
     * ledger.
     */
    public record Plan(Integer steps, Integer bytes, Integer millis, Boolean ledger) {
        /** Throws {@code InvalidInputException} for numbers out of range. Defaults: 10, 100, 0, true. */
        public Plan {
            steps = Inputs.within("steps", steps, 10, 0, 100_000);
            bytes = Inputs.within("bytes", bytes, 100, 0, 1_000_000);
            millis = Inputs.within("millis", millis, 0, 0, 3_600_000);
            ledger = Inputs.or(ledger, true);
        }
    }

    /** The result: the number of steps, and the SHA-256 of their values. */
    public record Done(int steps, String digest) {}

    private final Ledger ledger;

    /** {@code ledger} records each attempt if the input asks for it. */
    public StepsProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Done run(WorkflowContext ctx, Plan plan) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int number = 0; number < plan.steps(); number++) {
            String name = "step-" + number;
            String value = ctx.step(name, String.class, step -> {
                if (plan.ledger()) {
                    ledger.append(step, name);
                }
                Thread.sleep(plan.millis());
                return value(step.workflowId(), step.position(), plan.bytes());
            });
            digest.update(value.getBytes(StandardCharsets.UTF_8));
        }
        return new Done(plan.steps(), HexFormat.of().formatHex(digest.digest()));
    }

    /** A text of this length, unique to the step. */
    private static String value(String workflowId, int position, int bytes) {
        String once = workflowId + "/" + position + "/";
        return once.repeat(bytes / once.length() + 1).substring(0, bytes);
    }
}
