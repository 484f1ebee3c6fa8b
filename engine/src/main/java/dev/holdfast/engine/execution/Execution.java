package dev.holdfast.engine.execution;

import dev.holdfast.TooLargeException;
import dev.holdfast.UndecodableException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.history.History;
import dev.holdfast.engine.telemetry.ActiveSpan;
import dev.holdfast.engine.telemetry.DefinitionMetrics;
import dev.holdfast.engine.telemetry.Tracing;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One loaded workflow: runs its code from the first line to its end on a virtual thread of its own, against its
 * history. {@link #ending} completes when the end, or the parking, is committed; exceptionally when the workflow leaves
 * this process without one.
 */
public final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

    private static final byte[] NOTHING = {};

    private final ExecutionEnvironment environment;
    private final WorkflowKey key;
    private final String id;
    private final RegisteredWorkflow<?, ?> registered;
    private final byte[] input;
    private final History history;
    private final Checkpoints checkpoints;
    private final WorkflowWrite.@Nullable Loading loading;
    private final SubmissionOrigin origin;
    private final DefinitionMetrics metrics;
    private final CompletableFuture<WorkflowEnd> ending = new CompletableFuture<>();
    private volatile @Nullable Thread thread;

    /** {@code loading} is recorded before any code runs; null for a workflow that was accepted by this process. */
    public Execution(
            ExecutionEnvironment environment,
            Mailbox mailbox,
            WorkflowKey key,
            String id,
            RegisteredWorkflow<?, ?> registered,
            byte[] input,
            History history,
            WorkflowWrite.@Nullable Loading loading,
            SubmissionOrigin origin) {
        this.environment = environment;
        this.key = key;
        this.id = id;
        this.registered = registered;
        this.input = input;
        this.history = history;
        this.checkpoints = new Checkpoints(mailbox);
        this.loading = loading;
        this.origin = origin;
        this.metrics =
                environment.telemetry().metrics().of(registered.definition().name());
    }

    public WorkflowKey key() {
        return key;
    }

    public CompletableFuture<WorkflowEnd> ending() {
        return ending;
    }

    /** Nothing more is written for it from here. Once, when its thread is done with it. */
    public void close() {
        checkpoints.close();
    }

    /**
     * When it is to be taken up again: when it is due if it was unloaded, after {@code otherwise} if it left without
     * having ended, never if it has ended or is not this node's any more.
     */
    public Optional<Duration> dueIn(Duration otherwise) {
        if (checkpoints.isDropped() || !ending.isCompletedExceptionally()) {
            return Optional.empty();
        }
        return checkpoints.dueIn().or(() -> Optional.of(otherwise));
    }

    /** Before it is started: it is loaded for nothing but this. */
    public void loadedToCancel(OperatorAction action) {
        checkpoints.loadedToCancel(action);
    }

    /** Cancels the code at its next step. From any thread. */
    public void cancel(OperatorAction action) {
        checkpoints.requestCancel(action);
    }

    /** Ends it without its code, and interrupts the body. From any thread. */
    public CompletableFuture<Void> terminate(WorkflowWrite.Ended ended) {
        drop();
        return checkpoints.decide(ended).thenRun(() -> metrics.ended(ended.status()));
    }

    /** Answers what is not possible for a workflow that is loaded. From any thread. */
    public CompletableFuture<Void> answer(WorkflowWrite.Answered answered) {
        return checkpoints.decide(answered);
    }

    /** Unwinds at the next step. From any thread. */
    public void stop() {
        checkpoints.stop();
    }

    /**
     * Records nothing any more and interrupts the body. Who waits for its end looks elsewhere from now on, also while
     * the body does not hear of it. From any thread.
     */
    public void drop() {
        checkpoints.drop();
        ending.completeExceptionally(new Unwind("it is dropped here"));
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /**
     * Runs on the calling thread, which is the workflow's; empty when the workflow leaves this process without an end.
     */
    public Optional<WorkflowEnd> run() {
        thread = Thread.currentThread();
        Tracing tracing = environment.telemetry().tracing();
        String node = environment.ownership().node();
        try (ActiveSpan span = tracing.run(registered.definition(), id, node, origin.trace())) {
            return run(span);
        }
    }

    private Optional<WorkflowEnd> run(ActiveSpan span) {
        try {
            if (loading != null) {
                checkpoints.commit(loading);
            }
            WorkflowEnd end = runToItsEnd(registered);
            span.outcome(end.status().name());
            ending.complete(end);
            return Optional.of(end);
        } catch (Unwind e) {
            LOG.debug("workflow {} leaves this process: {}", id, e.getMessage());
            span.outcome(String.valueOf(e.getMessage()));
            checkpoints.flush();
            ending.completeExceptionally(e);
            return Optional.empty();
        } catch (Throwable e) {
            LOG.error("workflow {} stops here, it is taken up again in a moment", id, e);
            span.failed(e);
            ending.completeExceptionally(e);
            return Optional.empty();
        }
    }

    private <I, O> WorkflowEnd runToItsEnd(RegisteredWorkflow<I, O> code) {
        Logger log = LoggerFactory.getLogger("holdfast." + code.definition().name());
        AttemptTelemetry watch =
                new AttemptTelemetry(environment.telemetry().tracing(), metrics, origin.acceptedNanos());
        StepRunner steps = new StepRunner(environment, key, id, checkpoints, history, watch);
        BranchContext context = new BranchContext(id, checkpoints, steps, history, log);
        try {
            return endOf(code, context);
        } catch (Unwind e) {
            return parkedOr(e);
        } catch (UndecodableException e) {
            return park(DeadLetterFactory.of(Cause.UNDECODABLE, context.positions() - 1, e));
        } catch (Throwable e) {
            return park(DeadLetterFactory.of(Cause.NON_RETRYABLE, context.positions() - 1, e));
        }
    }

    private <I, O> WorkflowEnd endOf(RegisteredWorkflow<I, O> code, BranchContext context) throws Exception {
        WorkflowStatus status = WorkflowStatus.COMPLETED;
        byte[] value;
        try {
            value = runCode(code, context);
        } catch (WorkflowFailedException e) {
            status = WorkflowStatus.FAILED;
            value = new FailureCodec(environment.codec()).encode(Failure.of(e));
        } catch (Unwind e) {
            throw e;
        } catch (Throwable e) {
            if (checkpoints.cancellation().isEmpty()) {
                throw e;
            }
            value = NOTHING;
        }
        if (checkpoints.cancellation().isPresent()) {
            status = WorkflowStatus.CANCELLED; // whatever its code made of it
            value = NOTHING;
        }
        context.exit();
        return end(status, context, value);
    }

    @SuppressWarnings("NullAway") // a workflow whose input type allows it gets null as null
    private <I, O> byte[] runCode(RegisteredWorkflow<I, O> code, BranchContext context) throws Exception {
        I decoded = environment.codec().decode(input, code.definition().input());
        O result = code.workflow().run(context, decoded);
        byte[] encoded = environment.codec().encode(result, code.definition().output());
        if (encoded.length > environment.config().payloadMaxBytes()) {
            throw new TooLargeException(
                    "the result", encoded.length, environment.config().payloadMaxBytes());
        }
        return encoded;
    }

    private WorkflowEnd end(WorkflowStatus status, BranchContext context, byte[] value) {
        if (checkpoints.isUnwound()) {
            LOG.warn("workflow {} swallowed the error that unwinds it: let every java.lang.Error pass", id);
            return parkedOr(checkpoints.unwind("its code went on after it was unwound"));
        }
        History.Recorded beyond = history.at(context.positions());
        if (beyond != null) {
            return park(DeadLetterFactory.endedEarly(context.positions(), beyond));
        }
        checkpoints.commit(new WorkflowWrite.Ended(status, value));
        metrics.ended(status);
        return new WorkflowEnd(status, value);
    }

    private WorkflowEnd park(ParkingReason deadLetter) {
        return parkedOr(checkpoints.isUnwound() ? checkpoints.unwind("unwound") : checkpoints.park(deadLetter));
    }

    private WorkflowEnd parkedOr(Unwind unwind) {
        ParkingReason parked = checkpoints.parked().orElseThrow(() -> unwind);
        LOG.warn(
                "workflow {} is parked as {}: {}",
                id,
                parked.cause(),
                parked.failure().message());
        metrics.parked(parked.cause());
        return WorkflowEnd.parked();
    }
}
