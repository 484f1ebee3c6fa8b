package dev.holdfast.engine.execution;

import dev.holdfast.InvalidInputException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.StepRejectedException;
import dev.holdfast.TooLargeException;
import dev.holdfast.UndecodableException;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.engine.history.History;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite.Intent;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import dev.holdfast.spi.WorkflowWrite.Outcome.State;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one workflow: gives back what the log has, runs what it has not, tries again what failed, parks
 * what fails for good. Used by the workflow's thread only.
 */
final class StepRunner {
    private final ExecutionEnvironment environment;
    private final WorkflowKey key;
    private final String workflowId;
    private final Checkpoints checkpoints;
    private final History history;
    private final AttemptTelemetry watch;
    private final FailureCodec failureCodec;

    StepRunner(
            ExecutionEnvironment environment,
            WorkflowKey key,
            String workflowId,
            Checkpoints checkpoints,
            History history,
            AttemptTelemetry watch) {
        this.environment = environment;
        this.key = key;
        this.workflowId = workflowId;
        this.checkpoints = checkpoints;
        this.history = history;
        this.watch = watch;
        this.failureCodec = new FailureCodec(environment.codec());
    }

    /** The value of the step, from the log or from its body. */
    <T> @Nullable T run(StepCall<T> call) {
        History.Recorded recorded = history.at(call.position());
        if (recorded == null) {
            cancelIfDue(call);
            return attempt(call, 0, 0);
        }
        if (!call.matches(recorded)) {
            throw checkpoints.park(DeadLetterFactory.mismatch(call, recorded));
        }
        if (recorded.finalOutcome().isPresent()) {
            return replay(call, recorded.finalOutcome().orElseThrow());
        }
        cancelIfDue(call);
        if (recorded.givenUp().isPresent()) {
            throw parkAgain(call, recorded, recorded.givenUp().orElseThrow());
        }
        sleep(recorded.waitLeft());
        return attempt(call, recorded.attempts(), recorded.failures());
    }

    /** As the log says, or as somebody has asked since; what undoes is not cancelled. */
    private void cancelIfDue(StepCall<?> call) {
        if (history.isCancelledAt(call.position())) {
            throw checkpoints.cancelled();
        }
        if (call.isCancellable()) {
            checkpoints.cancelIfAsked(call.position());
        }
    }

    private <T> @Nullable T replay(StepCall<T> call, Outcome outcome) {
        try {
            if (outcome.state() == State.SUCCEEDED) {
                return environment.codec().decode(outcome.value(), call.type());
            }
            throw rejection(call, failureCodec.decode(outcome.value()));
        } catch (UndecodableException e) {
            throw checkpoints.park(DeadLetterFactory.of(Cause.UNDECODABLE, call, intent(call, outcome.attempt()), e));
        }
    }

    /** The process ended between the last failure and the parking that was to follow it. */
    private Unwind parkAgain(StepCall<?> call, History.Recorded recorded, Outcome last) {
        boolean exhausted = recorded.failures() >= call.step().retry().attempts();
        Cause cause = exhausted ? Cause.RETRIES_EXHAUSTED : Cause.NON_RETRYABLE;
        return checkpoints.park(
                DeadLetterFactory.of(cause, call, intent(call, last.attempt()), failureCodec.decode(last.value())));
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
                case AttemptResult.Rejected<T> rejected -> throw rejection(call, rejected.failure());
                case AttemptResult.Failed<T> failed -> {
                    failures++;
                    waitOrPark(call, intent, failed);
                }
            }
        }
    }

    private <T> AttemptResult<T> inOrder(StepCall<T> call, Intent intent, int failures) {
        checkpoints.forgetInterrupts();
        try {
            return environment
                    .order()
                    .run(
                            checkpoints,
                            environment.ownership(),
                            intent,
                            () -> watch.attempt(intent, () -> call(call, intent, failures)));
        } catch (InterruptedException e) {
            throw checkpoints.unwind("interrupted before the body");
        } catch (OwnershipLostException e) {
            throw checkpoints.unwind(String.valueOf(e.getMessage()));
        } catch (RecordRefusedException e) {
            throw checkpoints.park(DeadLetterFactory.of(Cause.NON_RETRYABLE, call, intent, e));
        }
    }

    private <T> AttemptResult<T> call(StepCall<T> call, Intent intent, int failures) {
        long epoch = environment.ownership().epoch(key.bucket());
        // The lease and the epoch may be those of the next life of this node: then this was dropped before.
        checkpoints.requireNotUnwound();
        AttemptScope scope = new AttemptScope(
                intent, workflowId, epoch, environment.ownership().node());
        try {
            T value = BodyCall.run(call.body(), scope, call.step().timeout().orElse(null), environment.timeouts());
            return new AttemptResult.Succeeded<>(value, outcome(intent, State.SUCCEEDED, encode(call, value), null));
        } catch (Unwind e) {
            throw e;
        } catch (Throwable e) {
            checkpoints.requireNotUnwound();
            boolean rejection = call.step().isRejection(e) && call.compensates() == Intent.COMPENSATES_NOTHING;
            return rejection ? rejected(intent, e) : failed(call, intent, e, failures + 1);
        }
    }

    private <T> byte[] encode(StepCall<T> call, @Nullable T value) {
        byte[] bytes = environment.codec().encode(value, call.type());
        int limit = environment.config().payloadMaxBytes();
        if (bytes.length > limit) {
            throw new TooLargeException("the value of step " + call.step().name(), bytes.length, limit);
        }
        return bytes;
    }

    private <T> AttemptResult<T> rejected(Intent intent, Throwable thrown) {
        Failure failure = Failure.of(thrown);
        return new AttemptResult.Rejected<>(
                failure, outcome(intent, State.REJECTED, failureCodec.encode(failure), null));
    }

    private <T> AttemptResult<T> failed(StepCall<T> call, Intent intent, Throwable thrown, int failures) {
        RetryPolicy policy = call.step().retry();
        boolean again = isRetryable(call, thrown) && failures < policy.attempts();
        Duration retryIn =
                again ? policy.waitAfter(failures, ThreadLocalRandom.current().nextDouble()) : null;
        State state = thrown instanceof StepTimeoutException ? State.TIMED_OUT : State.FAILED;
        return new AttemptResult.Failed<>(
                thrown, outcome(intent, state, failureCodec.encode(Failure.of(thrown)), retryIn));
    }

    private void waitOrPark(StepCall<?> call, Intent intent, AttemptResult.Failed<?> failed) {
        cancelIfDue(call);
        Duration wait = failed.outcome().retryIn();
        if (wait == null) {
            Cause cause = isRetryable(call, failed.thrown()) ? Cause.RETRIES_EXHAUSTED : Cause.NON_RETRYABLE;
            throw checkpoints.park(DeadLetterFactory.of(cause, call, intent, failed.thrown()));
        }
        sleep(wait);
        cancelIfDue(call);
    }

    /** A value that cannot be stored will not be storable the next time; an undo that is refused stays refused. */
    private static boolean isRetryable(StepCall<?> call, Throwable thrown) {
        return call.step().retry().retries(thrown)
                && !call.step().isRejection(thrown)
                && !(thrown instanceof TooLargeException || thrown instanceof InvalidInputException);
    }

    /** A long wait is not waited here: what waits costs a row, no thread. */
    private void sleep(Duration wait) {
        if (wait.compareTo(environment.config().backOffInMemory()) > 0) {
            throw checkpoints.unload(WorkflowStatus.WAITING, wait);
        }
        checkpoints.sleep(wait);
    }

    private Intent intent(StepCall<?> call, int attempt) {
        return new Intent(
                call.position(),
                null,
                attempt,
                call.step().name(),
                IdempotencyKey.of(key.uid(), null, call.position()),
                call.compensates());
    }

    private static Outcome outcome(Intent intent, State state, byte[] value, @Nullable Duration retryIn) {
        return new Outcome(intent.position(), intent.branch(), intent.attempt(), state, value, retryIn);
    }

    private static StepRejectedException rejection(StepCall<?> call, Failure failure) {
        return new StepRejectedException(call.step().name(), failure.type(), failure.message());
    }
}
