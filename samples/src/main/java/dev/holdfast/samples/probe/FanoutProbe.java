package dev.holdfast.samples.probe;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Probe: branches of sequential steps, and children that are {@code probe.steps}, all at the same time. Run by the
 * engine, on many threads.
 */
public final class FanoutProbe implements Workflow<FanoutProbe.Plan, FanoutProbe.Done> {
    public static final Definition<Plan, Done> DEFINITION = Definition.of("probe.fanout", 1, Plan.class, Done.class);

    private static final int MOST = 10_000;

    /** The input: the numbers of branches and of children, and of the steps of each. */
    public record Plan(Integer branches, Integer children, Integer steps) {
        /** Throws {@code InvalidInputException} for numbers out of range. Defaults: 8, 4, 3. */
        public Plan {
            branches = Inputs.within("branches", branches, 8, 0, MOST);
            children = Inputs.within("children", children, 4, 0, MOST);
            steps = Inputs.within("steps", steps, 3, 0, 1_000);
        }
    }

    /** The result: the numbers, and the SHA-256 of the values of the steps of branches, and of what children did. */
    public record Done(int branches, int children, String digest) {}

    private final Ledger ledger;

    /** {@code ledger} records each attempt. */
    public FanoutProbe(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public Done run(WorkflowContext ctx, Plan plan) throws NoSuchAlgorithmException {
        List<List<String>> values = ctx.all(List.of(
                outer -> outer.map(numbers(plan.branches()), MOST, (branch, number) -> steps(branch, number, plan)),
                outer -> outer.map(numbers(plan.children()), MOST, (branch, number) -> child(branch, plan))));
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        values.forEach(part -> part.forEach(value -> digest.update(value.getBytes(StandardCharsets.UTF_8))));
        return new Done(plan.branches(), plan.children(), HexFormat.of().formatHex(digest.digest()));
    }

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private String steps(WorkflowContext branch, int number, Plan plan) {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < plan.steps(); i++) {
            String name = "branch-" + number + "-step-" + i;
            values.append(branch.step(name, String.class, step -> {
                ledger.append(step, name);
                return step.workflowId() + "/" + name + "/";
            }));
        }
        return values.toString();
    }

    /** Its digest is made of its own id, which differs from run to run. */
    private static String child(WorkflowContext branch, Plan plan) {
        StepsProbe.Plan input = new StepsProbe.Plan(plan.steps(), 100, 0, true);
        return "child/" + branch.child(StepsProbe.DEFINITION, input).steps() + "/";
    }
}
