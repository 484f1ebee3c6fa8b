package dev.holdfast.engine.execution;

import dev.holdfast.SagaBody;
import dev.holdfast.Step;
import dev.holdfast.StepAction;
import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowContext;
import dev.holdfast.engine.history.History;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** The context of the main branch: numbers the positions, refuses calls from the wrong place. */
final class BranchContext implements WorkflowContext {
    private static final TypeToken<Void> NO_VALUE = TypeToken.of(Void.class);

    private final String workflowId;
    private final Checkpoints checkpoints;
    private final StepRunner steps;
    private final History history;
    private final Logger log;
    private final Thread thread = Thread.currentThread();
    private final Deque<Runnable> exits = new ArrayDeque<>();
    private int next;
    private boolean inBody;
    private boolean undoing;

    /** Made on the workflow's thread. */
    BranchContext(String workflowId, Checkpoints checkpoints, StepRunner steps, History history, Logger log) {
        this.workflowId = workflowId;
        this.checkpoints = checkpoints;
        this.steps = steps;
        this.history = history;
        this.log = log;
    }

    @Override
    public String workflowId() {
        return workflowId;
    }

    @Override
    public <T> T step(String name, Class<T> type, StepBody<T> body) {
        return step(Step.named(name), TypeToken.of(type), body);
    }

    @Override
    public <T> T step(Step step, Class<T> type, StepBody<T> body) {
        return step(step, TypeToken.of(type), body);
    }

    @Override
    public <T> T step(Step step, TypeToken<T> type, StepBody<T> body) {
        return run(step, type, body, WorkflowWrite.Intent.COMPENSATES_NOTHING);
    }

    @Override
    public void run(String name, StepAction body) {
        run(Step.named(name), body);
    }

    @Override
    public void run(Step step, StepAction body) {
        run(step, body, WorkflowWrite.Intent.COMPENSATES_NOTHING);
    }

    /** A step without a value that undoes the step at position {@code compensates}. */
    void run(Step step, StepAction body, int compensates) {
        run(step, NO_VALUE, scope -> discard(body, scope), compensates);
    }

    @Override
    public <T> T saga(SagaBody<T> body) {
        requireHere();
        return new SagaRun(this).run(body);
    }

    @Override
    public void onExit(String name, StepAction action) {
        requireHere();
        checkpoints.requireOpen();
        Step step = Step.named(name);
        exits.push(() -> run(step, action));
    }

    /** Runs what is to run when the workflow ends, the last one registered first. */
    void exit() {
        undo(() -> {
            while (!exits.isEmpty()) {
                exits.pop().run();
            }
        });
    }

    /** Lets the steps of {@code undos} run although the workflow was cancelled, and be cancelled no more. */
    void undo(Runnable undos) {
        boolean before = undoing;
        undoing = true;
        try {
            undos.run();
        } finally {
            undoing = before;
        }
    }

    @Override
    public Logger log() {
        return next < history.size() ? NOPLogger.NOP_LOGGER : log;
    }

    /** How many positions the code has asked for. */
    int positions() {
        return next;
    }

    /** A body may return null where its type allows it: that is between the body and the code that called it. */
    @SuppressWarnings("NullAway")
    <T> T run(Step step, TypeToken<T> type, StepBody<T> body, int compensates) {
        requireHere();
        checkpoints.requireOpen();
        if (!undoing) {
            checkpoints.cancellation().ifPresent(thrown -> {
                throw thrown;
            });
        }
        return steps.run(new StepCall<>(next++, step, type, scope -> inBody(body, scope), compensates, !undoing));
    }

    private <T> T inBody(StepBody<T> body, StepScope scope) throws Exception {
        inBody = true;
        try {
            return body.run(scope);
        } finally {
            inBody = false;
        }
    }

    @SuppressWarnings("NullAway")
    private static Void discard(StepAction body, StepScope scope) throws Exception {
        body.run(scope);
        return null;
    }

    private void requireHere() {
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("workflow " + workflowId + ": its context was used by thread "
                    + Thread.currentThread() + "; only the workflow's own thread may, so hand threads plain values");
        }
        if (inBody) {
            throw new IllegalStateException("workflow " + workflowId
                    + ": its context was used inside the body of a step; a body is one side effect, so put the"
                    + " inner step behind the outer one");
        }
    }
}
