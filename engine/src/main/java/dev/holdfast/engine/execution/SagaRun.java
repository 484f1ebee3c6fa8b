package dev.holdfast.engine.execution;

import dev.holdfast.ChildFailedException;
import dev.holdfast.Saga;
import dev.holdfast.SagaBody;
import dev.holdfast.Step;
import dev.holdfast.StepAction;
import dev.holdfast.StepBody;
import dev.holdfast.StepRejectedException;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.StorableText;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One saga block: keeps the undo actions of the steps that succeeded, and runs them in reverse order if the block fails
 * or is cancelled. Used by the thread of its branch only.
 */
final class SagaRun implements Saga {
    /** The longest name of a step. */
    private static final int NAME_MAX = 200;

    private final BranchContext context;
    private final Deque<Runnable> undos = new ArrayDeque<>();

    SagaRun(BranchContext context) {
        this.context = context;
    }

    <T> T run(SagaBody<T> body) {
        try {
            return body.run(this);
        } catch (StepRejectedException | ChildFailedException | WorkflowFailedException | Cancellation e) {
            if (!undos.isEmpty()) {
                context.compensate(this::undo);
            }
            throw e;
        }
    }

    private void undo() {
        while (!undos.isEmpty()) {
            undos.pop().run();
        }
    }

    @Override
    public <T> T step(String name, Class<T> type, StepBody<T> body, Undo<T> undo) {
        return step(Step.named(name), TypeToken.of(type), body, undo);
    }

    @Override
    public <T> T step(Step step, Class<T> type, StepBody<T> body, Undo<T> undo) {
        return step(step, TypeToken.of(type), body, undo);
    }

    @Override
    public <T> T step(String name, TypeToken<T> type, StepBody<T> body, Undo<T> undo) {
        return step(Step.named(name), type, body, undo);
    }

    @Override
    public void run(String name, StepAction body, StepAction undo) {
        run(Step.named(name), body, undo);
    }

    @Override
    public void run(Step step, StepAction body, StepAction undo) {
        int index = context.nextIndex();
        context.runUndoable(step, body);
        undos.push(() -> context.run(undoing(step), undo, index));
    }

    @Override
    public <T> T step(Step step, TypeToken<T> type, StepBody<T> body, Undo<T> undo) {
        int index = context.nextIndex();
        T outcome = context.undoable(step, type, body);
        undos.push(() -> context.run(undoing(step), scope -> undo.run(scope, outcome), index));
        return outcome;
    }

    /** An undo action may be repeated, also that of a step that runs at most once. */
    private static Step undoing(Step step) {
        Step undo = Step.named(StorableText.storable("undo-" + step.name(), NAME_MAX));
        return step.isAtMostOnce() ? undo : undo.retry(step.retry());
    }
}
