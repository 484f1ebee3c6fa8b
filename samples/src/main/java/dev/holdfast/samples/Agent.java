package dev.holdfast.samples;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.samples.probe.Inputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sample: a loop of calls of a language model and of the tools that it asks for. Each call is a step, so a crash
 * repeats none that has answered; a refund above a limit waits for an approval. The model is scripted: put a client in
 * its place. Run by the engine, on many threads; stateless.
 */
public final class Agent implements Workflow<Agent.Task, Agent.Report> {
    public static final Definition<Task, Report> DEFINITION = Definition.of("agent", 1, Task.class, Report.class);
    /** The approval, sent by {@code POST /v1/workflows/<id>/signals/approval}. */
    public static final Signal<Boolean> APPROVAL = Signal.named("approval", Boolean.class);

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int TURNS_MAX = 20;
    private static final Duration PATIENCE = Duration.ofDays(2);

    /** The input: the order that a customer complains about, and up to what amount no approval is needed. */
    public record Task(String order, Integer limitCents) {
        /** Throws {@code InvalidInputException} for invalid members. Default of the limit: 5,000. */
        public Task {
            order = Inputs.text("order", order);
            limitCents = Inputs.within("limitCents", limitCents, 5_000, 0, 1_000_000);
        }
    }

    /** The result: what the model says in the end, and all turns. */
    public record Report(String answer, List<String> turns) {}

    /** What the model wants next. */
    public sealed interface Move {
        /** A tool with its argument. */
        record Call(String tool, String order, int cents) implements Move {}

        /** The end. */
        record Answer(String text) implements Move {}
    }

    @Override
    public Report run(WorkflowContext ctx, Task task) {
        List<String> turns = new ArrayList<>();
        for (int turn = 0; turn < TURNS_MAX; turn++) {
            List<String> soFar = List.copyOf(turns);
            Move move = ctx.step("model", Move.class, step -> model(task, soFar));
            switch (move) {
                case Move.Answer answer -> {
                    return new Report(answer.text(), turns);
                }
                case Move.Call call -> turns.add(tool(ctx, task, call));
            }
            ctx.publish("turns", turns);
        }
        throw new WorkflowFailedException("no answer after " + TURNS_MAX + " turns");
    }

    private static String tool(WorkflowContext ctx, Task task, Move.Call call) {
        if (call.cents() > task.limitCents()) {
            ctx.publish("approval", call);
            if (!ctx.awaitSignal(APPROVAL, PATIENCE).orElse(false)) {
                return call.tool() + ": refused";
            }
        }
        return ctx.step(call.tool(), String.class, step -> use(call, step.idempotencyKey()));
    }

    /** Stands in for a language model: looks the order up, refunds it, and answers. */
    private static Move model(Task task, List<String> turns) {
        return switch (turns.size()) {
            case 0 -> new Move.Call("look-up", task.order(), 0);
            case 1 -> new Move.Call("refund", task.order(), 9_900);
            default -> new Move.Answer("Your order " + task.order() + ": " + turns.getLast());
        };
    }

    /** Stands in for tools that take an idempotency key. */
    private static String use(Move.Call call, String key) {
        LOG.info("{} of {} for {} cents (key {})", call.tool(), call.order(), call.cents(), key);
        return call.tool() + ": " + (call.cents() == 0 ? call.order() + " arrived broken" : call.cents() + " cents");
    }
}
