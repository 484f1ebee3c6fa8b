package dev.holdfast.engine.execution;

import dev.holdfast.SagaBody;
import dev.holdfast.Step;
import dev.holdfast.StepAction;
import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowContext;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.Position;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** The context of one branch. Numbers its calls; refuses calls from other threads and from inside a body. */
final class BranchContext implements WorkflowContext {
    private static final TypeToken<Void> NO_VALUE = TypeToken.of(Void.class);

    private final String workflowId;
    private final String branch;
    private final WorkflowLog workflowLog;
    private final CancelDelivery cancel;
    private final StepRunner stepRunner;
    private final BranchHistory history;
    private final Logger log;
    private final Thread thread = Thread.currentThread();
    private final Deque<Runnable> exits = new ArrayDeque<>();
    private int calls;
    private int steps;
    private boolean inBody;
    private boolean undoing;

    /** Called on the thread of the branch. */
    BranchContext(
            String workflowId,
            String branch,
            WorkflowLog workflowLog,
            CancelDelivery cancel,
            StepRunner stepRunner,
            BranchHistory history,
            Logger log) {
        this.workflowId = workflowId;
        this.branch = branch;
        this.workflowLog = workflowLog;
        this.cancel = cancel;
        this.stepRunner = stepRunner;
        this.history = history;
        this.log = log;
    }

    /** Makes the context of the main branch. */
    static BranchContext main(
            String workflowId,
            WorkflowLog workflowLog,
            CancelDelivery cancel,
            StepRunner stepRunner,
            BranchHistory history,
            Logger log) {
        return new BranchContext(workflowId, Position.MAIN, workflowLog, cancel, stepRunner, history, log);
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
    public <T> T step(String name, TypeToken<T> type, StepBody<T> body) {
        return step(Step.named(name), type, body);
    }

    @Override
    public <T> T step(Step step, TypeToken<T> type, StepBody<T> body) {
        return run(step, type, body, Intent.COMPENSATES_NOTHING);
    }

    @Override
    public void run(String name, StepAction body) {
        run(Step.named(name), body);
    }

    @Override
    public void run(Step step, StepAction body) {
        run(step, body, Intent.COMPENSATES_NOTHING);
    }

    /** Runs a step without a value that compensates the step with the index {@code compensates}. */
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
        workflowLog.requireOpen();
        Step step = Step.named(name);
        exits.push(() -> run(step, action));
    }

    /** Runs the actions of {@code onExit}, the last one registered first. */
    void exit() {
        undo(() -> {
            while (!exits.isEmpty()) {
                exits.pop().run();
            }
        });
    }

    /** Runs {@code undos}. Their steps run even after a cancel, and no cancel is delivered at them. */
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
        return calls < history.size() ? NOPLogger.NOP_LOGGER : log;
    }

    /** The number of recorded calls that the code has made. */
    int calls() {
        return calls;
    }

    /** The position of the next call. */
    Position nextCall() {
        return new Position(branch, calls);
    }

    /** The position of the last recorded call; null before the first. */
    @Nullable
    Position lastCall() {
        return calls == 0 ? null : new Position(branch, calls - 1);
    }

    /** Runs a step. May return null: only the calling code knows whether the type of the value allows it. */
    @SuppressWarnings("NullAway")
    <T> T run(Step step, TypeToken<T> type, StepBody<T> body, int compensates) {
        requireHere();
        workflowLog.requireOpen();
        if (!undoing) {
            cancel.delivered().ifPresent(thrown -> {
                throw thrown;
            });
        }
        Position position = new Position(branch, calls++);
        return stepRunner.run(
                new StepCall<>(position, steps++, step, type, scope -> inBody(body, scope), compensates, !undoing));
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
            throw new MisusedException("workflow " + workflowId + ": its context was used by thread "
                    + Thread.currentThread() + "; only the workflow's own thread may use it, so pass plain values"
                    + " to other threads");
        }
        if (inBody) {
            throw new MisusedException("workflow " + workflowId
                    + ": its context was used inside the body of a step; a body is one side effect, so call the"
                    + " inner step after the outer one");
        }
    }
}
