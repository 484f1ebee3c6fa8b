package dev.holdfast.engine.execution;

import dev.holdfast.InvalidInputException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.StepBody;
import dev.holdfast.StepRejectedException;
import dev.holdfast.TooLargeException;
import dev.holdfast.UndecodableException;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.engine.history.BranchHistory;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.history.RecordedCall;
import dev.holdfast.engine.history.RecordedStep;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.TransactionalBody;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import dev.holdfast.spi.WorkflowWrite.Outcome.State;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one branch: returns recorded outcomes, runs the bodies of steps without one, retries failed
 * attempts, and parks the workflow when a step fails for good. Used by the thread of the branch.
 */
final class StepRunner {
    private static final byte[] NOTHING = {};

    private final ExecutionEnvironment environment;
    private final WorkflowIdentity workflow;
    private final ExecutionState state;
    private final WorkflowLog log;
    private final Waits waits;
    private final Stops stops;
    private final Parking parking;
    private final BranchHistory history;
    private final AttemptTelemetry telemetry;
    private final TransactionRunner transactions;
    private final FailureCodec failureCodec;
    private final Values values;

    /** {@code execution} has the log to write to. */
    StepRunner(Execution execution, BranchHistory history, Stops stops, AttemptTelemetry telemetry) {
        this.environment = execution.environment();
        this.workflow = execution.workflow();
        this.state = execution.state();
        this.log = execution.log();
        this.waits = execution.waits();
        this.stops = stops;
        this.parking = execution.parking();
        this.history = history;
        this.telemetry = telemetry;
        this.transactions = new TransactionRunner(execution);
        this.failureCodec = new FailureCodec(environment.codec());
        this.values = environment.values();
    }

    /** Returns the value of the step, from the log or from its body. */
    <T> @Nullable T run(StepCall<T> call) {
        RecordedCall there = history.at(call.call().index());
        if (there == null) {
            if (history.isInserted(call.call().index())) {
                throw parking.park(HistoryMismatch.at(history, call.call(), call.description()));
            }
            stops.atCall(call.call(), history);
            return attempt(call, 0, 0);
        }
        if (!(there instanceof RecordedStep recorded) || !call.matches(recorded)) {
            throw parking.park(HistoryMismatch.at(history, call.call(), call.description()));
        }
        if (recorded.finalOutcome().isPresent()) {
            return replay(call, recorded.finalOutcome().orElseThrow());
        }
        boolean once = call.isAtMostOnce();
        if (once && recorded.isInDoubt() && !history.isStoppedAt(call.call().index())) {
            throw parkInDoubt(call, recorded); // before any stop: a cancel would hide the doubt
        }
        if (!mustRunAgain(call, recorded)) {
            stopAt(call);
        }
        Optional<Outcome> last = once ? recorded.lastFailure() : recorded.givenUp();
        if (last.isPresent()) {
            throw parkAgain(call, recorded, last.orElseThrow());
        }
        sleep(call, recorded.waitLeft());
        return attempt(call, recorded.attempts(), recorded.failures());
    }

    /**
     * Whether an attempt was cut off that must have an outcome before a stop, because its effect may have to be undone.
     */
    private boolean mustRunAgain(StepCall<?> call, RecordedStep recorded) {
        return call.isUndoable()
                && recorded.isCutOff()
                && !history.isStoppedAt(call.call().index());
    }

    private <T> @Nullable T replay(StepCall<T> call, Outcome outcome) {
        try {
            if (outcome.state() == State.SUCCEEDED) {
                return environment.codec().decode(outcome.value(), call.type());
            }
            throw rejection(call, failureCodec.decode(outcome.value()));
        } catch (UndecodableException e) {
            throw parking.park(DeadLetterFactory.of(Cause.UNDECODABLE, call, intent(call, outcome.attempt()), e));
        }
    }

    /** Parks a workflow whose process ended after it recorded the last failure and before it recorded the parking. */
    private Unwind parkAgain(StepCall<?> call, RecordedStep recorded, Outcome last) {
        boolean exhausted = !call.isAtMostOnce()
                && recorded.failures() >= call.step().retry().attempts();
        Cause cause = exhausted ? Cause.RETRIES_EXHAUSTED : Cause.NON_RETRYABLE;
        return parking.park(
                DeadLetterFactory.of(cause, call, intent(call, last.attempt()), failureCodec.decode(last.value())));
    }

    /** Parks a workflow whose body may have run, and must not run again. */
    private Unwind parkInDoubt(StepCall<?> call, RecordedStep recorded) {
        Intent intent = intent(call, recorded.attempts());
        Failure failure;
        if (recorded.lastFailure().isPresent()) {
            failure = failureCodec.decode(recorded.lastFailure().orElseThrow().value());
        } else {
            failure = DeadLetterFactory.doubt(intent);
            log.hold(outcome(intent, State.IN_DOUBT, failureCodec.encode(failure), null));
        }
        return parking.park(DeadLetterFactory.of(Cause.IN_DOUBT, call, intent, failure));
    }

    private <T> @Nullable T attempt(StepCall<T> call, int attemptsBefore, int failuresBefore) {
        int failures = failuresBefore;
        for (int number = attemptsBefore + 1; ; number++) {
            Intent intent = intent(call, number);
            int failuresNow = failures;
            AttemptResult<T> result = inOrder(call, intent, failuresNow);
            switch (result) {
                case AttemptResult.Succeeded<T> succeeded -> {
                    return succeeded.value();
                }
                case AttemptResult.Committed<T> committed -> {
                    return committed.value();
                }
                case AttemptResult.Rejected<T> rejected -> throw rejection(call, rejected.failure());
                case AttemptResult.NotBegun<T> notBegun -> {
                    waits.requireOpen();
                    stopAt(call);
                }
                case AttemptResult.Failed<T> failed -> {
                    failures++;
                    waitOrPark(call, intent, failed);
                }
            }
        }
    }

    private <T> AttemptResult<T> inOrder(StepCall<T> call, Intent intent, int failures) {
        state.forgetInterrupts();
        try {
            return environment
                    .order()
                    .run(
                            log,
                            environment.ownership(),
                            intent,
                            () -> telemetry.attempt(intent, () -> call(call, intent, failures)));
        } catch (InterruptedException e) {
            throw state.unwind("interrupted before the body");
        } catch (OwnershipLostException e) {
            throw state.unwind(String.valueOf(e.getMessage()));
        } catch (RecordRefusedException e) {
            throw parking.park(DeadLetterFactory.of(Cause.NON_RETRYABLE, call, intent, e));
        }
    }

    private <T> AttemptResult<T> call(StepCall<T> call, Intent intent, int failures) {
        long epoch = environment.ownership().epoch(workflow.key().bucket());
        // If the lease and the epoch are those of the node's next incarnation, this execution was dropped before.
        if (call.isAtMostOnce()) {
            if (mustNotBegin(call)) {
                return new AttemptResult.NotBegun<>(outcome(intent, State.NOT_BEGUN, NOTHING, null));
            }
        } else {
            state.requireNotUnwound();
            if (stops.isLost()) {
                stopAt(call); // it has lost while the intent was written, and the body would only be interrupted
            }
        }
        AttemptScope scope = new AttemptScope(
                intent,
                call.call().stepNumber(),
                workflow.id(),
                epoch,
                environment.ownership().node());
        try {
            StepBody<T> body = environment.order().body(intent, call.type(), call.body());
            if (body instanceof TransactionalBody<T> transactional
                    && environment.transactions().isPresent()) {
                return transactions.run(call, intent, transactional, scope, mayInterrupt(call) ? stops : null);
            }
            T returned = BodyCall.run(
                    body,
                    scope,
                    call.step().timeout().orElse(null),
                    environment.timeouts(),
                    mayInterrupt(call) ? stops : null);
            Values.Encoded<T> value =
                    values.encode(() -> "the value of step " + call.step().name(), returned, call.type());
            return new AttemptResult.Succeeded<>(value.value(), outcome(intent, State.SUCCEEDED, value.bytes(), null));
        } catch (Unwind e) {
            throw e;
        } catch (Throwable e) {
            state.requireOutcomes();
            boolean doubt = call.isAtMostOnce() && e instanceof StepTimeoutException;
            boolean rejection = call.step().isRejection(e) && !call.isCompensation() && !doubt;
            return rejection ? rejected(intent, e) : failed(call, intent, e, failures + 1);
        }
    }

    /**
     * Whether a body that runs at most once must wait for another attempt, because the code leaves or stops here. What
     * is requested from now on waits for the body.
     */
    private boolean mustNotBegin(StepCall<?> call) {
        return state.isUnwound()
                || state.isDropped()
                || state.mustLeave()
                || isStoppable(call) && stops.isDueAt(call.call());
    }

    /** Whether a lost join may interrupt the body: not one that must have an outcome, or runs because it has lost. */
    private static boolean mayInterrupt(StepCall<?> call) {
        return !call.position().isMain()
                && call.call().isCancellable()
                && !call.isUndoable()
                && !call.isCompensation()
                && !call.isAtMostOnce();
    }

    private <T> AttemptResult<T> rejected(Intent intent, Throwable thrown) {
        Failure failure = Failure.of(thrown);
        return new AttemptResult.Rejected<>(
                failure, outcome(intent, State.REJECTED, failureCodec.encode(failure), null));
    }

    private <T> AttemptResult<T> failed(StepCall<T> call, Intent intent, Throwable thrown, int failures) {
        RetryPolicy policy = call.step().retry();
        boolean again = isRetryable(call, thrown) && failures < policy.attempts();
        Duration retryIn = again
                ? policy.waitAfter(thrown, failures, ThreadLocalRandom.current().nextDouble())
                : null;
        State late = call.isAtMostOnce() ? State.IN_DOUBT : State.TIMED_OUT;
        State ended = thrown instanceof StepTimeoutException ? late : State.FAILED;
        Failure failure = Failure.of(thrown);
        return new AttemptResult.Failed<>(
                thrown, failure, outcome(intent, ended, failureCodec.encode(failure), retryIn));
    }

    private void waitOrPark(StepCall<?> call, Intent intent, AttemptResult.Failed<?> failed) {
        if (failed.outcome().state() == State.IN_DOUBT) {
            throw parking.park(DeadLetterFactory.of(Cause.IN_DOUBT, call, intent, failed.thrown()));
        }
        stopAt(call);
        Duration wait = failed.outcome().retryIn();
        if (wait == null) {
            Cause cause = isRetryable(call, failed.thrown()) ? Cause.RETRIES_EXHAUSTED : Cause.NON_RETRYABLE;
            throw parking.park(DeadLetterFactory.of(cause, call, intent, failed.thrown()));
        }
        environment.failures().attempt(workflow.id(), intent, failed.failure(), wait);
        sleep(call, wait);
        stopAt(call);
    }

    /** Delivers a stop that is due, unless the step must have an outcome first, because it may have to be undone. */
    private void stopAt(StepCall<?> call) {
        if (isStoppable(call)) {
            stops.atCall(call.call(), history);
        }
    }

    private boolean isStoppable(StepCall<?> call) {
        return !(call.isUndoable() && stops.isLost());
    }

    /**
     * Whether policy and exception allow another attempt. A rejected compensation stays rejected, a value that cannot
     * be stored now cannot be stored later either, and a body that uses its context would do so again.
     */
    private static boolean isRetryable(StepCall<?> call, Throwable thrown) {
        return !call.isAtMostOnce()
                && call.step().retry().retries(thrown)
                && !call.step().isRejection(thrown)
                && !(thrown instanceof TooLargeException
                        || thrown instanceof InvalidInputException
                        || thrown instanceof WorkflowContext.MisusedException);
    }

    private void sleep(StepCall<?> call, Duration wait) {
        waits.until(
                call.call(),
                new Wait.Retry(call.step().name()),
                wait,
                () -> isStoppable(call) && stops.isDueAt(call.call()));
    }

    private Intent intent(StepCall<?> call, int attempt) {
        return new Intent(
                call.position(),
                attempt,
                call.step().name(),
                IdempotencyKey.of(workflow.key().uid(), workflow.run(), call.position()),
                call.compensates(),
                call.call().stepNumber());
    }

    private static Outcome outcome(Intent intent, State state, byte[] value, @Nullable Duration retryIn) {
        return new Outcome(intent.position(), intent.attempt(), state, value, retryIn);
    }

    private static StepRejectedException rejection(StepCall<?> call, Failure failure) {
        return new StepRejectedException(call.step().name(), failure.type(), failure.message());
    }
}
