package dev.holdfast.simulation;

import dev.holdfast.Branch;
import dev.holdfast.ChildFailedException;
import dev.holdfast.DeadlineExceeded;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Runs {@link Program}s as a workflow; its input is the number of one. Its result, and what its bodies are called with,
 * is the text of all that it has seen before.
 */
final class ProgramCode implements Workflow<Integer, String> {
    static final Definition<Integer, String> DEFINITION = Definition.of("program", 1, Integer.class, String.class);
    static final int ATTEMPTS = 3;

    private static final RetryPolicy RETRY =
            RetryPolicy.exponential(Duration.ofSeconds(1), ATTEMPTS).jitter(0);

    private final List<Program> programs;
    private final World world;
    private final BooleanSupplier isOwner;

    /** The code on a node; {@code isOwner} says whether the workflows are still this node's. */
    ProgramCode(List<Program> programs, World world, BooleanSupplier isOwner) {
        this.programs = programs;
        this.world = world;
        this.isOwner = isOwner;
    }

    @Override
    public String run(WorkflowContext ctx, Integer number) {
        Program program = programs.get(number);
        try {
            String text = inTime(program, () -> calls(ctx, program.calls(), root(number), ""));
            if (program.fails()) {
                throw new WorkflowFailedException(text);
            }
            return text;
        } catch (StepRejectedException | ChildFailedException e) {
            throw new WorkflowFailedException("rejected");
        }
    }

    /** {@link DeadlineExceeded} leaves sagas without an undo, in case an operator lets the workflow go on. */
    private static String inTime(Program program, Supplier<String> code) {
        try {
            return code.get();
        } catch (DeadlineExceeded e) {
            if (program.toleratesDeadline()) {
                throw new WorkflowFailedException("deadline");
            }
            throw e;
        }
    }

    /** The place of a program: that of each call is its own with the number of the call behind it. */
    static String root(int program) {
        return "p" + program;
    }

    /** The number of the program at this place. */
    static int number(String place) {
        return Integer.parseInt(place.substring(1, place.indexOf('.')));
    }

    private String calls(WorkflowContext ctx, List<Program.Call> calls, String place, String before) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < calls.size(); i++) {
            text.append(call(ctx, calls.get(i), place + "." + i, before + text));
        }
        return text.toString();
    }

    private String call(WorkflowContext ctx, Program.Call call, String place, String before) {
        return switch (call) {
            case Program.Step step ->
                ctx.step(step(), String.class, scope -> world.body(scope, place, before, step.body())) + ";";
            case Program.Once once ->
                ctx.step(
                                Step.named("once").atMostOnce(),
                                String.class,
                                scope -> world.once(scope, place, before, once.body()))
                        + ";";
            case Program.Sleep sleep -> {
                ctx.sleep(Duration.ofSeconds(sleep.seconds()));
                yield "";
            }
            case Program.Await await -> place + await(ctx, await) + ";";
            case Program.Saga saga -> saga(ctx, saga, place, before);
            case Program.All all -> "[" + String.join("|", ctx.all(branches(all.branches(), place, before))) + "]";
            case Program.Map map -> "[" + String.join("|", map(ctx, map, place, before)) + "]";
            case Program.Race race -> "<" + ctx.race(numbered(branches(race.branches(), place, before))) + ">";
            case Program.Child child -> "(" + ctx.child(DEFINITION, child.program()) + ")";
            case Program.Start start -> place + "s" + ctx.start(DEFINITION, start.program()) + ";";
            case Program.Read read -> place + "t" + ctx.now() + ctx.uuid() + ";";
            case Program.Publish publish -> {
                ctx.publish("text", before);
                yield "";
            }
            case Program.Uncancellable block -> ctx.uncancellable(() -> calls(ctx, block.calls(), place, before));
            case Program.Caught caught -> caught(ctx, caught, place, before);
        };
    }

    private static Step step() {
        return Step.named("step").retry(RETRY);
    }

    private static String await(WorkflowContext ctx, Program.Await await) {
        Signal<String> signal = Signal.named(await.signal(), String.class);
        return await.seconds() == 0
                ? "=" + ctx.awaitSignal(signal)
                : ctx.awaitSignal(signal, Duration.ofSeconds(await.seconds()))
                        .map(payload -> "=" + payload)
                        .orElse("-");
    }

    private String saga(WorkflowContext ctx, Program.Saga block, String place, String before) {
        if (isOwner.getAsBoolean()) { // what the code does where it has been taken from does not count
            world.sagaBegins(ctx.workflowId(), place);
        }
        Program program = programs.get(number(place));
        String text = ctx.saga(saga -> inTime(program, () -> {
            StringBuilder done = new StringBuilder();
            for (int i = 0; i < block.steps().size(); i++) {
                Program.Undoable undoable = block.steps().get(i);
                int number = i;
                String soFar = before + done;
                done.append(saga.step(
                                step(),
                                String.class,
                                scope -> world.effect(scope, place, number, soFar, undoable.body()),
                                (scope, outcome) -> world.undo(scope, place, number, outcome, undoable.undo())))
                        .append(";");
            }
            return done + calls(ctx, block.behind(), place + ".b", before + done);
        }));
        if (isOwner.getAsBoolean()) {
            world.sagaReturned(ctx.workflowId(), place);
        }
        return text;
    }

    private List<Branch<String>> branches(List<List<Program.Call>> branches, String place, String before) {
        List<Branch<String>> made = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            int number = i;
            made.add(branch -> calls(branch, branches.get(number), place + "." + number, before));
        }
        return made;
    }

    private static List<Branch<String>> numbered(List<Branch<String>> branches) {
        List<Branch<String>> made = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            int number = i;
            made.add(branch -> number + ":" + branches.get(number).run(branch));
        }
        return made;
    }

    private List<String> map(WorkflowContext ctx, Program.Map map, String place, String before) {
        List<Branch<String>> branches = branches(map.branches(), place, before);
        return ctx.map(branches, map.atATime(), (branch, body) -> body.run(branch));
    }

    private String caught(WorkflowContext ctx, Program.Caught caught, String place, String before) {
        try {
            return call(ctx, caught.call(), place, before);
        } catch (StepRejectedException | ChildFailedException | WorkflowFailedException e) {
            return place + "!;";
        }
    }
}
