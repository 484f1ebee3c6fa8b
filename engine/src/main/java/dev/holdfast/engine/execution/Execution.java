package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.History;
import dev.holdfast.engine.telemetry.ActiveSpan;
import dev.holdfast.engine.telemetry.Tracing;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loaded workflow: runs its code from the first line on a virtual thread of its own, and replays its history.
 * {@link #ending} completes once the end or the parking is committed; exceptionally when the workflow leaves this
 * process without one.
 */
public final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private final ExecutionEnvironment environment;
    private final WorkflowIdentity workflow;
    private final RegisteredWorkflow<?, ?> registered;
    private final byte[] input;
    private final ExecutionStart start;
    private final ExecutionState state = new ExecutionState();
    private final WorkflowLog log;
    private final DeadlineDelivery deadline;
    private final CancelDelivery cancel;
    private final Signals signals;
    private final Waits waits;
    private final PublishedValues published;
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private final CompletableFuture<WorkflowEnd> ending = new CompletableFuture<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /** Takes over the mailbox, and closes it with {@link #close}. */
    public Execution(
            ExecutionEnvironment environment,
            Mailbox mailbox,
            WorkflowIdentity workflow,
            RegisteredWorkflow<?, ?> registered,
            byte[] input,
            ExecutionStart start) {
        this.environment = environment;
        this.workflow = workflow;
        this.registered = registered;
        this.input = input;
        this.start = start;
        this.log = new WorkflowLog(mailbox, state, environment.replies());
        this.deadline = new DeadlineDelivery(
                log, workflow, start.history().isDeadlineOver() ? Deadline.NONE : start.deadline());
        this.cancel = new CancelDelivery(log, state, deadline);
        this.signals = new Signals(log, start.history());
        this.waits = new Waits(
                log,
                state,
                signals,
                deadline,
                environment.platform(),
                environment.config().keptLoaded());
        this.published =
                new PublishedValues(environment.codec(), start.history().publishedNames());
        state.onChange(waits::wakeAll);
        if (start.history().compensates()) {
            log.beginCompensation();
        }
    }

    public WorkflowKey key() {
        return workflow.key();
    }

    /** Completes as described for the class. */
    public CompletableFuture<WorkflowEnd> ending() {
        return ending;
    }

    /** Completes once it is recorded that the workflow is loaded, or cannot be any more. */
    public CompletableFuture<Void> loaded() {
        return loaded;
    }

    WorkflowIdentity workflow() {
        return workflow;
    }

    /** The name of its definition. */
    String definition() {
        return registered.definition().name();
    }

    ExecutionEnvironment environment() {
        return environment;
    }

    ExecutionState state() {
        return state;
    }

    WorkflowLog log() {
        return log;
    }

    CancelDelivery cancelDelivery() {
        return cancel;
    }

    DeadlineDelivery deadlineDelivery() {
        return deadline;
    }

    Parking parking() {
        return new Parking(log, cancel);
    }

    Signals signals() {
        return signals;
    }

    Waits waits() {
        return waits;
    }

    PublishedValues published() {
        return published;
    }

    History history() {
        return start.history();
    }

    /** The calling thread runs code of the workflow from now on. */
    void enter() {
        threads.add(Thread.currentThread());
    }

    /** The calling thread runs code of the workflow no more. */
    void leave() {
        threads.remove(Thread.currentThread());
    }

    /**
     * Closes the mailbox, and waits until it is known whether the signals that came last are recorded, so that the log
     * can be read again. Called once, when the workflow's thread is done.
     */
    public void close() {
        loaded.complete(null);
        log.close();
        signals.settle();
    }

    /**
     * Returns the wait before the workflow is loaded again: the time until it is due if it was unloaded, else
     * {@code otherwise}. Empty if only a message wakes it, and if it has ended, was parked or was dropped.
     */
    public Optional<Duration> dueIn(Duration otherwise) {
        if (state.isDropped() || !ending.isCompletedExceptionally()) {
            return Optional.empty();
        }
        return state.dueIn(otherwise);
    }

    /** Requests the cancel for which the workflow, which may be parked, is loaded. Called before the start. */
    public void loadedToCancel(OperatorAction action, boolean isParked) {
        cancel.loadedToCancel(action, isParked);
    }

    /** Requests a cancel at the next call. Called by any thread. */
    public void cancel(OperatorAction action) {
        cancel.request(action);
    }

    /** Requests a pause at the next call. Called by any thread. */
    public void pause(OperatorAction action) {
        log.pause(action);
    }

    /**
     * Records a signal, and passes it on to the code; the future completes once that is committed. Called by any
     * thread.
     */
    public CompletableFuture<Void> deliver(SignalMessage signal) {
        CompletableFuture<Void> recorded = signals.deliver(signal.received());
        waits.wakeForSignal(signal.name());
        return recorded;
    }

    /** Whether it was unloaded with a cancel that cannot be delivered where it waits. Called when it has left. */
    public boolean waitsUncancellably() {
        return state.waitsUncancellably() && cancel.isRequested();
    }

    /** Ends the workflow without its code, and interrupts the body. Called by any thread. */
    public CompletableFuture<Void> terminate(HistoryEvent.Ended ended, WorkflowWrite.Reply reply) {
        state.recordNothing();
        // Before the code is woken: it closes the log as it leaves, and a cancel that waits would be decided first.
        CompletableFuture<Void> decided = log.decide(ended, reply)
                .thenRun(() -> environment
                        .telemetry()
                        .metrics()
                        .of(registered.definition().name())
                        .ended(ended.status()));
        drop();
        return decided;
    }

    /** Replies to an action that is not possible while the workflow is loaded. Called by any thread. */
    public CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return log.reply(reply);
    }

    /**
     * Whether the code can only go on by a commit, for which so many of its threads wait, or by what has not come.
     * Called by any thread that is none of its own.
     */
    public boolean isStill(int committing) {
        return waits.isStill(committing);
    }

    /** Makes the code unwind at its next call. Called by any thread. */
    public void stop() {
        state.stop();
    }

    /**
     * Interrupts the body, and records nothing any more. Callers that wait for the end poll the store from now on, even
     * if the body ignores the interrupt. Called by any thread.
     */
    public void drop() {
        state.drop();
        ending.completeExceptionally(new Unwind("it was dropped here"));
        threads.forEach(Thread::interrupt);
    }

    /** Whether the calling thread runs code of the workflow. */
    public boolean runsThisThread() {
        return threads.contains(Thread.currentThread());
    }

    /** Runs the workflow on the calling thread; empty if it leaves this process without an end or a parking. */
    public Optional<WorkflowEnd> run() {
        enter();
        Tracing tracing = environment.telemetry().tracing();
        String node = environment.ownership().node();
        try (ActiveSpan span = tracing.run(
                registered.definition(), workflow.id(), node, start.origin().trace())) {
            return run(span);
        }
    }

    private Optional<WorkflowEnd> run(ActiveSpan span) {
        try {
            if (start.loading() != null) {
                log.load(start.loading());
            }
            loaded.complete(null);
            WorkflowEnd end = new CodeRun<>(this, registered, input, start).run();
            span.outcome(end.status().name());
            ending.complete(end);
            return Optional.of(end);
        } catch (Unwind e) {
            LOG.debug("workflow {} leaves this process: {}", workflow.id(), e.getMessage());
            span.outcome(String.valueOf(e.getMessage()));
            log.flush();
            ending.completeExceptionally(e);
            return Optional.empty();
        } catch (Throwable e) {
            LOG.error("workflow {} stops here, it is loaded again in a moment", workflow.id(), e);
            span.failed(e);
            ending.completeExceptionally(e);
            return Optional.empty();
        }
    }
}
