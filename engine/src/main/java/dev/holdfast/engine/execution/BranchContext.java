package dev.holdfast.engine.execution;

import dev.holdfast.Branch;
import dev.holdfast.Callback;
import dev.holdfast.Definition;
import dev.holdfast.ItemBranch;
import dev.holdfast.SagaBody;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepAction;
import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.Names;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.HistoryEvent.MarkerSet;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.StepTransaction;
import dev.holdfast.spi.TransactionalBody;
import dev.holdfast.spi.WakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** The context of one branch. Numbers its calls; refuses calls from other threads and from inside a body. */
final class BranchContext implements WorkflowContext {
    private static final TypeToken<Void> NO_VALUE = TypeToken.of(Void.class);

    private final Execution execution;
    private final WorkflowIdentity workflow;
    private final String branch;
    private final Stops stops;
    private final AttemptTelemetry telemetry;
    private final StepRunner stepRunner;
    private final DecisionRunner decisions;
    private final SignalRunner signals;
    private final ChildRunner children;
    private final BranchHistory history;
    private final CallNumbers numbers;
    private final Logger log;
    private final Thread thread = Thread.currentThread();
    private final Deque<Runnable> exits = new ArrayDeque<>();
    private boolean inBody;
    private boolean uncancellable;

    /** Called on the thread of the branch. */
    private BranchContext(
            Execution execution,
            String branch,
            Stops stops,
            AttemptTelemetry telemetry,
            DecisionRunner decisions,
            Logger log) {
        this.execution = execution;
        this.workflow = execution.workflow();
        this.branch = branch;
        this.stops = stops;
        this.telemetry = telemetry;
        this.history = execution.history().branch(branch);
        this.numbers = new CallNumbers(branch, history);
        this.stepRunner = new StepRunner(execution, history, stops, telemetry);
        this.decisions = decisions;
        this.signals = new SignalRunner(execution, history, stops);
        this.children = new ChildRunner(execution, history, stops);
        this.log = log;
    }

    /** Makes the context of the main branch. */
    static BranchContext main(Execution execution, AttemptTelemetry telemetry, Logger log) {
        Stops stops = execution.cancelDelivery();
        DecisionRunner decisions =
                new DecisionRunner(execution, execution.history().main(), stops, Instant.MIN);
        return new BranchContext(execution, Position.MAIN, stops, telemetry, decisions, log);
    }

    /** Makes the context of a branch of a join of this one. Called on the thread of that branch. */
    BranchContext branch(String path, Stops stopsOfBranch, Instant reached) {
        DecisionRunner ofBranch =
                new DecisionRunner(execution, execution.history().branch(path), stopsOfBranch, reached);
        return new BranchContext(execution, path, stopsOfBranch, telemetry, ofBranch, log);
    }

    @Override
    public String workflowId() {
        return workflow.id();
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
        return run(step, type, body, Intent.COMPENSATES_NOTHING, false);
    }

    /** Runs a step that a saga may undo. */
    <T> T undoable(Step step, TypeToken<T> type, StepBody<T> body) {
        return run(step, type, body, Intent.COMPENSATES_NOTHING, true);
    }

    /** Runs a step without a value that a saga may undo. */
    void runUndoable(Step step, StepAction body) {
        run(step, NO_VALUE, scope -> discard(body, scope), Intent.COMPENSATES_NOTHING, true);
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
        run(step, NO_VALUE, scope -> discard(body, scope), compensates, false);
    }

    @Override
    public <T> T saga(SagaBody<T> body) {
        requireHere();
        return new SagaRun(this).run(body);
    }

    @Override
    public void onExit(String name, StepAction action) {
        requireHere();
        execution.waits().requireOpen();
        Step step = Step.named(name);
        exits.push(() -> run(step, action));
    }

    /** Runs the actions of {@code onExit}, the last one registered first. */
    void exit() {
        uncancellable(() -> {
            while (!exits.isEmpty()) {
                exits.pop().run();
            }
        });
    }

    /** Runs the undo actions of a saga. If that is of the main branch, no pause is possible from now on. */
    void compensate(Runnable undos) {
        if (branch.equals(Position.MAIN)) {
            execution.log().beginCompensation();
        }
        uncancellable(undos);
    }

    @Override
    public <T> T uncancellable(Supplier<T> block) {
        requireHere();
        boolean before = uncancellable;
        uncancellable = true;
        try {
            return block.get();
        } finally {
            uncancellable = before;
        }
    }

    private void uncancellable(Runnable block) {
        boolean unused = uncancellable(() -> {
            block.run();
            return true;
        });
    }

    @Override
    public Logger log() {
        return numbers.isReplayed() ? NOPLogger.NOP_LOGGER : log;
    }

    /** The number of the next call. */
    int nextIndex() {
        return numbers.next();
    }

    /** The next call. */
    Call nextCall() {
        return call(new Position(branch, numbers.next()));
    }

    /** The last recorded call; null before the first. */
    @Nullable
    Call lastCall() {
        return numbers.last().map(this::call).orElse(null);
    }

    private Call call(Position position) {
        return new Call(position, numbers.lastStep(), !uncancellable);
    }

    /** Begins a recorded call. Throws if the code must not continue. */
    private Call begin() {
        requireRunning();
        return call(numbers.take());
    }

    private void requireRunning() {
        requireHere();
        execution.waits().requireOpen();
        if (!uncancellable) {
            stops.delivered().ifPresent(thrown -> {
                throw thrown;
            });
        }
    }

    @Override
    public void sleep(Duration time) {
        WaitLimits.requireDuration("sleep", time);
        decisions.sleep(begin(), new WakeTime.After(time));
    }

    @Override
    public void sleepUntil(Instant time) {
        WaitLimits.requireTime("sleepUntil", time);
        decisions.sleep(begin(), new WakeTime.At(time));
    }

    @Override
    public <T> T awaitSignal(Signal<T> signal) {
        return signals.await(begin(), AwaitedSignal.of(signal), null).orElseThrow();
    }

    @Override
    public <T> Optional<T> awaitSignal(Signal<T> signal, Duration atMost) {
        WaitLimits.requireDuration("awaitSignal", atMost);
        return signals.await(begin(), AwaitedSignal.of(signal), new WakeTime.After(atMost));
    }

    @Override
    public <T> Callback<T> callback(String name, Class<T> type) {
        Names.requireSignal(name);
        Call call = begin();
        String signal = CallbackTokens.SIGNALS + name + "." + (branch.isEmpty() ? "" : branch + ".") + call.index()
                + (workflow.run() == 1 ? "" : "~" + workflow.run());
        AwaitedSignal<T> answer = new AwaitedSignal<>(signal, TypeToken.of(type));
        return new BranchCallback<>(
                decisions.callbackUrl(call, name, signal), atMost -> signals.await(begin(), answer, atMost));
    }

    @Override
    public <I, O> O child(Definition<I, O> definition, I input) {
        Objects.requireNonNull(definition, "child: the definition is null: expected that of the child");
        return children.child(begin(), definition, input);
    }

    @Override
    public <I> String start(Definition<I, ?> definition, I input) {
        Objects.requireNonNull(definition, "start: the definition is null: expected that of the workflow");
        return children.start(begin(), definition, input);
    }

    @Override
    public <T> List<T> all(List<Branch<T>> branches) {
        return join(Join.Kind.ALL, branches, Math.max(branches.size(), 1)).all();
    }

    @Override
    public <T> T race(List<Branch<T>> branches) {
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("race: there is no branch that could win; expected at least one");
        }
        return join(Join.Kind.RACE, branches, branches.size()).winner();
    }

    @Override
    public <I, T> List<T> map(List<I> items, int atATime, ItemBranch<I, T> body) {
        Objects.requireNonNull(body, "map: the body is null: expected what to do with an item");
        if (atATime < 1) {
            throw new IllegalArgumentException("map: atATime is " + atATime + "; expected at least 1");
        }
        List<Branch<T>> branches = new ArrayList<>(items.size());
        items.forEach(item -> branches.add(branch -> body.run(branch, item)));
        return join(Join.Kind.ALL, branches, atATime).all();
    }

    private <T> Join<T> join(Join.Kind kind, List<Branch<T>> branches, int atATime) {
        Join.requireBranches(branches);
        Join<T> join = new Join<>(execution, this, begin(), kind, List.copyOf(branches));
        join.run(atATime);
        return join;
    }

    /** What is recorded of this branch. */
    BranchHistory history() {
        return history;
    }

    Stops stops() {
        return stops;
    }

    /** The latest time that the code of this branch knows to be past. */
    Instant reached() {
        return decisions.reached();
    }

    /** The code knows this time to be past, because a branch of it does. */
    void reached(Instant time) {
        decisions.reached(time);
    }

    @Override
    public Instant now() {
        return decisions.now(begin());
    }

    @Override
    public void publish(String name, Object value) {
        Names.requirePublished(name);
        Objects.requireNonNull(value, () -> "publish of \"" + name + "\": the value is null: expected a value");
        decisions.publish(begin(), name, value);
    }

    @Override
    public boolean changed(String id) {
        Names.requireMarker(id);
        requireRunning();
        if (numbers.passMarker(id)) {
            return true;
        }
        Optional<Position> place = numbers.takeMarker();
        place.ifPresent(position -> execution.log().hold(new MarkerSet(position, id)));
        return place.isPresent();
    }

    @Override
    public UUID uuid() {
        return draw().uuid();
    }

    @Override
    public RandomGenerator random() {
        return draw().random();
    }

    /** Needs no record: the same code gets the same values. */
    private Draw draw() {
        requireHere();
        execution.waits().requireOpen();
        return numbers.draw(workflow);
    }

    /** Runs a step. May return null: only the calling code knows whether the type of the value allows it. */
    @SuppressWarnings("NullAway")
    private <T> T run(Step step, TypeToken<T> type, StepBody<T> body, int compensates, boolean isUndoable) {
        Call begun = begin();
        Call call = new Call(begun.position(), numbers.takeStep(), begun.isCancellable());
        return stepRunner.run(new StepCall<>(call, step, type, guarded(body), compensates, isUndoable));
    }

    /** The body, with this context closed to it. */
    private <T> StepBody<T> guarded(StepBody<T> body) {
        return body instanceof TransactionalBody<T> transactional
                ? new GuardedTransaction<>(transactional, this)
                : scope -> inBody(body, scope);
    }

    /** A transactional body, with its context closed to it. */
    private record GuardedTransaction<T>(TransactionalBody<T> body, BranchContext context)
            implements TransactionalBody<T> {
        @Override
        public String isolation() {
            return body.isolation();
        }

        @Override
        public T run(StepTransaction transaction, StepScope scope) throws Exception {
            return context.inBody(within -> body.run(transaction, within), scope);
        }
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
            throw new MisusedException("workflow " + workflow.id() + ": its context was used by thread "
                    + Thread.currentThread() + "; only the thread of its branch may use it: in a branch use the"
                    + " context that the branch gets, and pass plain values to threads of your own");
        }
        if (inBody) {
            throw new MisusedException("workflow " + workflow.id()
                    + ": its context was used inside the body of a step; a body is one side effect, so call the"
                    + " inner step after the outer one");
        }
    }
}
