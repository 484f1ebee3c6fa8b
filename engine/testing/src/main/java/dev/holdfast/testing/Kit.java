package dev.holdfast.testing;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.Signal;
import dev.holdfast.StepBody;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.function.Executable;

/**
 * Runs workflows in a JUnit test: in memory, on a virtual time that moves only when the test says so, with stubs in
 * place of the bodies of steps, and with crashes of the node. Developers register it as an extension; each test gets an
 * empty database.
 *
 * <pre>{@code
 * @RegisterExtension
 * final Kit kit = Kit.with(PAY, new Pay(bank)).stub("charge", "payment-1");
 *
 * @Test
 * void pays() {
 *     WorkflowHandle<Receipt> paid = kit.submit(PAY, order);
 *     assertEquals(new Receipt("payment-1"), kit.result(paid));
 *     kit.assertHistory(paid, "step charge succeeded", "end COMPLETED");
 * }
 *
 * @Test
 * void paysOnceWhateverCrashes() {
 *     kit.crashEverywhere(this::pays);
 * }
 * }</pre>
 *
 * <p><b>Time.</b> Sleeps, back-offs and waits for signals take no real time. The time stands still, and moves only in
 * {@link #advance}, {@link #result} and {@link #deadLetter}: from one due time to the next, and only when nothing can
 * run. A body in progress, an unwritten record and a signal that was sent come first. Timeouts of steps count real
 * time. A call of the kit that takes longer than {@link #patience} fails, and says what runs.
 *
 * <p><b>Node.</b> It starts at the first use. {@link #holdfast()} and all handles outlive its crashes.
 *
 * <p>Used by the thread of the test; what {@link #holdfast()} returns is safe for all threads. A kit runs one test at a
 * time. It has one node at a time, and no retention.
 */
public final class Kit implements BeforeEachCallback, AfterEachCallback, AutoCloseable {
    private final KitState state = new KitState();
    private final Holdfast holdfast = new SurvivingHoldfast(() -> state.run().nodes());

    private Kit() {}

    /** Makes a kit with the code of a definition. */
    public static <I, O> Kit with(Definition<I, O> definition, Workflow<I, O> workflow) {
        return new Kit().register(definition, workflow);
    }

    /**
     * Adds the code of another definition, or replaces it. Throws {@link IllegalStateException} once the node runs; see
     * {@link #deploy}.
     */
    public <I, O> Kit register(Definition<I, O> definition, Workflow<I, O> workflow) {
        state.change("register before the first use of the kit, or deploy").code(definition, workflow);
        return this;
    }

    /** Stubs the steps of this name, of all definitions, with this value; a step without a value needs none. */
    public Kit stub(String step, @Nullable Object value) {
        return stub(step, Stub.returning(value));
    }

    /** Stubs the steps of this name, which have no value: they do nothing. */
    public Kit stub(String step) {
        return stub(step, Stub.returning(null));
    }

    /** Stubs the steps of this name: this is called in place of their bodies, and gets the attempt. */
    public Kit stub(String step, StepBody<?> body) {
        return stub(step, Stub.calling(body));
    }

    /**
     * Stubs the steps of this name. Replaces an earlier stub, at any time. The undo action of a step is a step too,
     * {@code undo-<name>}. A test fails if it has stubs that it does not use; see {@link #lenient}.
     */
    public Kit stub(String step, Stub stub) {
        state.stub(step, stub);
        return this;
    }

    /** Allows stubs that are not used. */
    public Kit lenient() {
        state.setup().lenient();
        return this;
    }

    /** Sets the codec; the default is {@link dev.holdfast.json.JacksonCodec}. */
    public Kit codec(Codec codec) {
        state.change("set the codec before the first use of the kit").codec(codec);
        return this;
    }

    /** Sets the limits of the nodes; the kit sets the intervals and waits among them by itself. */
    public Kit config(EngineConfig limits) {
        state.change("set the limits before the first use of the kit").config(limits);
        return this;
    }

    /** Sets the time at which each test begins; 2035-01-01T00:00:00Z by default. */
    public Kit startingAt(Instant time) {
        state.change("set the time of the beginning before the first use of the kit")
                .startTime(time);
        return this;
    }

    /** Sets the longest real time that a call of the kit takes before it fails; 10 s by default. */
    public Kit patience(Duration longest) {
        state.change("set the patience before the first use of the kit").patience(longest);
        return this;
    }

    /**
     * Returns the engine, for code under test that submits or signals by itself. It can be passed on before the test
     * begins, and outlives crashes: a call that one cuts off is made again under the same key. Closing it does nothing.
     */
    public Holdfast holdfast() {
        return holdfast;
    }

    /** Submits a workflow, as {@link Holdfast#submit(Definition, Object)} does. */
    public <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input) {
        return holdfast.submit(definition, input);
    }

    /** Submits a workflow under a key or an id, as {@link Holdfast#submit(Definition, Object, Submission)} does. */
    public <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission) {
        return holdfast.submit(definition, input, submission);
    }

    /** Sends a signal, as {@link Holdfast#signal(String, Signal, Object)} does; returns its id. */
    public <T> String signal(WorkflowHandle<?> workflow, Signal<T> signal, T payload) {
        return holdfast.signal(workflow.id(), signal, payload);
    }

    /** Answers a callback with JSON, as an outside system does that got its URL. */
    public void answer(String url, String json) {
        holdfast.acceptCallback(url.substring(url.lastIndexOf('/') + 1), json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the time of the kit. */
    public Instant now() {
        return state.run().time().now();
    }

    /** Lets everything run that can run without a move of the time. */
    public void awaitIdle() {
        TestRun current = state.run();
        current.time().awaitIdle(current.deadline());
    }

    /**
     * Moves the time by this, from one due time to the next, and lets everything run that is due at each. Throws
     * {@link IllegalArgumentException} for a negative time.
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("advance by " + by + ": the time never goes back");
        }
        TestRun current = state.run();
        current.time().advanceTo(current.time().now().plus(by), current.deadline());
    }

    /**
     * Returns the result of a workflow, and moves the time for it as far as needed. Throws what
     * {@link WorkflowHandle#result} throws for a workflow that has failed or was cancelled. Fails with the history of
     * the workflow if it can never end, and if it is parked.
     */
    public <O> O result(WorkflowHandle<O> workflow) {
        TestRun current = state.run();
        Deadline deadline = current.deadline();
        WorkflowSummary last = current.settled(workflow.id(), deadline);
        if (last.status() == WorkflowStatus.DEAD_LETTERED) {
            throw current.reports().parked(workflow.id(), letter(last));
        }
        return workflow.result(deadline.left());
    }

    /**
     * Returns the dead letter of a workflow, and moves the time until it is parked. Fails with the history of the
     * workflow if it ends instead, or never does either.
     */
    public DeadLetter deadLetter(WorkflowHandle<?> workflow) {
        TestRun current = state.run();
        WorkflowSummary last = current.settled(workflow.id(), current.deadline());
        if (last.status() != WorkflowStatus.DEAD_LETTERED) {
            throw current.reports().notParked(workflow.id(), last.status());
        }
        return letter(last);
    }

    private DeadLetter letter(WorkflowSummary parked) {
        return holdfast.admin().deadLetter(parked.deadLetter().orElseThrow());
    }

    /**
     * Returns what has happened in a workflow, once nothing can run: a line for each step, wait, signal and decision,
     * such as {@code step charge succeeded}, {@code sleep fired}, {@code signal approval taken} and {@code end
     * COMPLETED}. The lines are the same whether the node has crashed or not.
     */
    public List<String> history(WorkflowHandle<?> workflow) {
        awaitIdle();
        return new HistoryLines(state.run().observer().history(workflow.id())).compared();
    }

    /** Fails unless the {@link #history} has these lines. */
    public void assertHistory(WorkflowHandle<?> workflow, String... lines) {
        List<String> expected = List.of(lines);
        List<String> found = history(workflow);
        if (!found.equals(expected)) {
            throw state.run().reports().otherHistory(workflow.id(), expected, found);
        }
    }

    /**
     * Returns the last value that a workflow has published under this name, once nothing can run; empty without one.
     */
    public <T> Optional<T> published(WorkflowHandle<?> workflow, String name, Class<T> type) {
        awaitIdle();
        return workflow.published(name, type);
    }

    /** Kills the node, whatever it is doing, and starts the next one on the same database. */
    public void crash() {
        state.run().nodes().crash();
    }

    /**
     * Plans a crash: the node is killed as soon as so many records, of all workflows, are committed since the test
     * began, and the next one starts on the same database. At once if they are. Throws {@link IllegalStateException} if
     * a crash is planned already.
     *
     * @param records at least 1; a step has one record when it begins and one when it ends, which the next step shares
     */
    public void crashAfter(long records) {
        if (records < 1) {
            throw new IllegalArgumentException("crash after " + records + " records: expected at least 1");
        }
        state.plan(new Crash(records, false));
    }

    /**
     * Runs a test without a crash, and then with a crash at each of its records: just before the record is committed,
     * so that what ran before it is lost and runs again, and just behind it. Each run has an empty database. Fails with
     * the place of the crash and the histories if a run fails.
     *
     * <p>The test must not see earlier runs: it makes its fakes anew, and {@linkplain #register registers} what uses
     * them, or clears them first. Its bodies must expect to be called again under the same idempotency key.
     */
    public void crashEverywhere(Executable test) {
        state.repeat(true);
        try {
            new CrashRuns(state, test).run();
        } finally {
            state.repeat(false);
        }
    }

    /**
     * Replaces the code of a definition, or adds a version, as a deployment does: the node stops, and another starts.
     */
    public <I, O> void deploy(Definition<I, O> definition, Workflow<I, O> workflow) {
        TestRun current = state.run();
        state.setup().code(definition, workflow);
        current.nodes().restart();
    }

    /**
     * Stops the node, and forgets its workflows and its time: the next use starts anew. JUnit does it for each test.
     */
    public void reset() {
        state.end();
    }

    /** The same as {@link #reset}, for a kit that is no extension. */
    @Override
    public void close() {
        state.end();
    }

    /** Called by JUnit. */
    @Override
    public void beforeEach(ExtensionContext context) {
        state.beginTest();
    }

    /** Called by JUnit. Fails if the test has not failed and has a stub that it did not use. */
    @Override
    public void afterEach(ExtensionContext context) {
        state.endTest(context.getExecutionException().isPresent());
    }
}
