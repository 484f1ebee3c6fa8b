package dev.holdfast.engine.execution;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.telemetry.DefinitionMetrics;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the code of a workflow from its first line to its end, and records how it ended. One use, on one thread. */
final class CodeRun<I, O> {
    private static final Logger LOG = LoggerFactory.getLogger(CodeRun.class);
    private static final byte[] NOTHING = {};

    private final ExecutionEnvironment environment;
    private final RegisteredWorkflow<I, O> registered;
    private final byte[] input;
    private final ExecutionState state;
    private final WorkflowLog log;
    private final CancelDelivery cancel;
    private final DeadlineDelivery deadline;
    private final BranchHistory history;
    private final Parking parking;
    private final BranchContext context;
    private final WorkflowIdentity workflow;
    private final DefinitionMetrics metrics;

    /** {@code execution} has the log to write to. Called on the workflow's thread. */
    CodeRun(Execution execution, RegisteredWorkflow<I, O> registered, byte[] input, ExecutionStart start) {
        this.environment = execution.environment();
        this.workflow = execution.workflow();
        this.registered = registered;
        this.input = input;
        this.state = execution.state();
        this.log = execution.log();
        this.cancel = execution.cancelDelivery();
        this.deadline = execution.deadlineDelivery();
        this.history = start.history().main();
        String name = registered.definition().name();
        this.metrics = environment.telemetry().metrics().of(name);
        AttemptTelemetry telemetry = new AttemptTelemetry(
                environment.telemetry().tracing(), metrics, start.origin().acceptedNanos());
        this.parking = execution.parking();
        this.context = BranchContext.main(execution, telemetry, LoggerFactory.getLogger("holdfast." + name));
    }

    /**
     * Runs the code; returns once the end or the parking is committed. Throws {@link Unwind} if the workflow leaves
     * this process without one.
     */
    WorkflowEnd run() {
        try {
            return ended();
        } catch (Unwind e) {
            return parkedOr(e);
        } catch (DeadlineExceeded e) {
            // Where other calls were made since, a retry takes the same path again.
            Cause cause = deadline.mayBeClearedAt(context.lastCall()) ? Cause.DEADLINE : Cause.NON_RETRYABLE;
            return park(DeadLetterFactory.of(cause, context.lastCall(), e));
        } catch (Throwable e) {
            return park(DeadLetterFactory.leaving(e, context.lastCall()));
        }
    }

    private WorkflowEnd ended() throws Exception {
        WorkflowStatus status = WorkflowStatus.COMPLETED;
        byte[] value;
        try {
            value = result();
        } catch (WorkflowFailedException e) {
            status = WorkflowStatus.FAILED;
            value = new FailureCodec(environment.codec()).encode(Failure.of(e));
        } catch (Unwind e) {
            throw e;
        } catch (Throwable e) {
            if (cancel.delivered().isEmpty()) {
                throw e;
            }
            value = NOTHING;
        }
        if (cancel.delivered().isPresent()) {
            status = WorkflowStatus.CANCELLED; // also if its code returned a value
            value = NOTHING;
        }
        context.exit();
        return end(status, value);
    }

    @SuppressWarnings("NullAway") // a workflow whose input type allows it gets null as null
    private byte[] result() throws Exception {
        I decoded = environment.codec().decode(input, registered.definition().input());
        O result = registered.workflow().run(context, decoded);
        return environment
                .values()
                .encode(() -> "the result", result, registered.definition().output())
                .bytes();
    }

    private WorkflowEnd end(WorkflowStatus status, byte[] value) {
        if (state.isUnwound()) {
            LOG.warn("workflow {} swallowed the error that unwinds it: let every java.lang.Error pass", workflow.id());
            return parkedOr(state.unwind("its code continued after the unwind"));
        }
        Call next = context.nextCall();
        if (history.at(next.index()) != null) {
            return park(HistoryMismatch.at(history, next, "the end of the workflow"));
        }
        log.record(new HistoryEvent.Ended(status, value));
        metrics.ended(status);
        return new WorkflowEnd(status, value);
    }

    private WorkflowEnd park(ParkingReason reason) {
        try {
            throw parking.park(reason);
        } catch (Unwind e) {
            return parkedOr(e);
        }
    }

    private WorkflowEnd parkedOr(Unwind unwind) {
        if (state.isLetterOpen() && !state.isDropped()) {
            log.leaveParked();
            cancel.parked();
            return WorkflowEnd.parked();
        }
        ParkingReason reason = state.parked().orElseThrow(() -> unwind);
        environment
                .failures()
                .parked(
                        workflow.id(),
                        registered.definition().name(),
                        new DeadLetterId(workflow.key(), log.parkedSeq()),
                        reason);
        metrics.parked(reason.cause());
        return WorkflowEnd.parked();
    }
}
