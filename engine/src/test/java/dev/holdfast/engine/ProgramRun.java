package dev.holdfast.engine;

import dev.holdfast.RetryPolicy;
import dev.holdfast.Saga;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.StepScope;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import java.io.IOException;
import java.time.Duration;

/** Runs a {@link Program} as a workflow, in a process that may die in its bodies. Its input is the program's seed. */
final class ProgramRun implements Workflow<Long, String> {
    private static final RetryPolicy QUICK = RetryPolicy.exponential(Duration.ofMillis(1), 4);

    private final CrashingStore process;
    private final Ledger ledger;

    ProgramRun(CrashingStore process, Ledger ledger) {
        this.process = process;
        this.ledger = ledger;
    }

    @Override
    public String run(WorkflowContext ctx, Long seed) {
        Program program = Program.random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < program.parts().size(); i++) {
            Program.Part part = program.parts().get(i);
            try {
                run(ctx, part, text);
            } catch (StepRejectedException e) {
                if (!part.caught()) {
                    throw e;
                }
                text.append("part ").append(i).append(" was rejected;");
            }
        }
        return switch (program.end()) {
            case RESULT -> text.toString();
            case FAILURE -> throw new WorkflowFailedException(text.toString());
            case BUG -> throw new IllegalStateException("a bug");
        };
    }

    private void run(WorkflowContext ctx, Program.Part part, StringBuilder text) {
        switch (part) {
            case Program.Single single ->
                text.append(ctx.step(step(), String.class, scope -> body(single.action(), scope)));
            case Program.Block block ->
                ctx.saga(saga -> {
                    block.steps().forEach(step -> text.append(step(saga, step)));
                    return text;
                });
        }
    }

    private String step(Saga saga, Program.Undoable step) {
        return saga.step(
                step(),
                String.class,
                scope -> body(step.action(), scope),
                (scope, outcome) -> body(step.undo(), scope));
    }

    private static Step step() {
        return Step.named("step").retry(QUICK);
    }

    private String body(Program.Action action, StepScope scope) throws IOException {
        ledger.began(process, scope);
        if (process.reached(CrashPoint.IN_BODY, scope.position())) {
            throw new IllegalStateException("the process is dead");
        }
        if (action.fate() == Program.Fate.NEVER
                || ledger.begun(scope.workflowId(), scope.position()) <= action.failures()) {
            throw new IOException("not now");
        }
        if (action.fate() == Program.Fate.REJECTION) {
            throw new StepRejected("no");
        }
        ledger.effect(process, scope);
        return scope.position() + ";";
    }
}
