package dev.holdfast.engine;

import dev.holdfast.Failure;
import dev.holdfast.InvalidInputException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.StepRejectedException;
import dev.holdfast.TooLargeException;
import dev.holdfast.TypeToken;
import dev.holdfast.UndecodableException;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.DeadLetterSummary.Cause;
import dev.holdfast.spi.Entry.Intent;
import dev.holdfast.spi.Entry.Outcome;
import dev.holdfast.spi.Entry.Outcome.State;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs the steps of one workflow: gives back what the log has, runs what it has not, tries again what failed, parks
 * what fails for good. Used by the workflow's thread only.
 */
final class StepRunner {
    private final Environment environment;
    private final WorkflowKey key;
    private final String workflowId;
    private final Checkpoints checkpoints;
    private final History history;
    private final StepWatch watch;
    private final FailureCodec failureCodec;

    StepRunner(
            Environment environment,
            WorkflowKey key,
            String workflowId,
            Checkpoints checkpoints,
            History history,
            StepWatch watch) {
        this.environment = environment;
        this.key = key;
        this.workflowId = workflowId;
        this.checkpoints = checkpoints;
        this.history = history;
        this.watch = watch;
        this.failureCodec = new FailureCodec(environment.codec());
    }

    /** The value of the step, from the log or from its body. */
    <T> @Nullable T run(Work<T> work) {
        History.Recorded recorded = history.at(work.position());
        if (recorded == null) {
            cancelIfDue(work);
            return attempt(work, 0, 0);
        }
        if (!work.matches(recorded)) {
            throw checkpoints.park(Parking.mismatch(work, recorded));
        }
        if (recorded.finalOutcome().isPresent()) {
            return replay(work, recorded.finalOutcome().orElseThrow());
        }
        cancelIfDue(work);
        if (recorded.givenUp().isPresent()) {
            throw parkAgain(work, recorded, recorded.givenUp().orElseThrow());
        }
        sleep(recorded.waitLeft());
        return attempt(work, recorded.attempts(), recorded.failures());
    }

    /** As the log says, or as somebody has asked since; what undoes is not cancelled. */
    private void cancelIfDue(Work<?> work) {
        if (history.isCancelledAt(work.position())) {
            throw checkpoints.cancelled();
        }
        if (work.isCancellable()) {
            checkpoints.cancelIfAsked(work.position());
        }
    }

    private <T> @Nullable T replay(Work<T> work, Outcome outcome) {
        try {
            if (outcome.state() == State.SUCCEEDED) {
                return environment.codec().decode(outcome.value(), work.type());
            }
            throw rejection(work, failureCodec.decode(outcome.value()));
        } catch (UndecodableException e) {
            throw checkpoints.park(Parking.of(Cause.UNDECODABLE, work, intent(work, outcome.attempt()), e));
        }
    }

    /** The process ended between the last failure and the parking that was to follow it. */
    private Unwind parkAgain(Work<?> work, History.Recorded recorded, Outcome last) {
        boolean exhausted = recorded.failures() >= work.step().retry().attempts();
        Cause cause = exhausted ? Cause.RETRIES_EXHAUSTED : Cause.NON_RETRYABLE;
        return checkpoints.park(Parking.of(cause, work, intent(work, last.attempt()), failureCodec.decode(last.value())));
    }

    private <T> @Nullable T attempt(Work<T> work, int attemptsBefore, int failuresBefore) {
        int failures = failuresBefore;
        for (int number = attemptsBefore + 1; ; number++) {
            Intent intent = intent(work, number);
            int failuresNow = failures;
            Attempted<T> attempted = inOrder(work, intent, failuresNow);
            switch (attempted) {
                case Attempted.Succeeded<T> succeeded -> {
                    return succeeded.value();
                }
                case Attempted.Rejected<T> rejected -> throw rejection(work, rejected.failure());
                case Attempted.Failed<T> failed -> {
                    failures++;
                    waitOrPark(work, intent, failed);
                }
            }
        }
    }

    private <T> Attempted<T> inOrder(Work<T> work, Intent intent, int failures) {
        checkpoints.forgetInterrupts();
        try {
            return environment
                    .order()
                    .run(
                            checkpoints,
                            environment.ownership(),
                            intent,
                            () -> watch.attempt(intent, () -> call(work, intent, failures)));
        } catch (InterruptedException e) {
            throw checkpoints.unwind("interrupted before the body");
        } catch (OwnershipLostException e) {
            throw checkpoints.unwind(String.valueOf(e.getMessage()));
        } catch (RecordRefusedException e) {
            throw checkpoints.park(Parking.of(Cause.NON_RETRYABLE, work, intent, e));
        }
    }

    private <T> Attempted<T> call(Work<T> work, Intent intent, int failures) {
        long epoch = environment.ownership().epoch(key.bucket());
        // The lease and the epoch may be those of the next life of this node: then this was dropped before.
        checkpoints.requireNotUnwound();
        Scope scope =
                new Scope(intent, workflowId, epoch, environment.ownership().node());
        try {
            T value = BodyCall.run(work.body(), scope, work.step().timeout().orElse(null), environment.timeouts());
            return new Attempted.Succeeded<>(value, outcome(intent, State.SUCCEEDED, encode(work, value), null));
        } catch (Unwind e) {
            throw e;
        } catch (Throwable e) {
            checkpoints.requireNotUnwound();
            boolean rejection = work.step().isRejection(e) && work.undoes() == Intent.UNDOES_NOTHING;
            return rejection ? rejected(intent, e) : failed(work, intent, e, failures + 1);
        }
    }

    private <T> byte[] encode(Work<T> work, @Nullable T value) {
        byte[] bytes = environment.codec().encode(value, work.type());
        int limit = environment.config().payloadMaxBytes();
        if (bytes.length > limit) {
            throw new TooLargeException("the value of step " + work.step().name(), bytes.length, limit);
        }
        return bytes;
    }

    private <T> Attempted<T> rejected(Intent intent, Throwable thrown) {
        Failure failure = Failure.of(thrown);
        return new Attempted.Rejected<>(failure, outcome(intent, State.REJECTED, failureCodec.encode(failure), null));
    }

    private <T> Attempted<T> failed(Work<T> work, Intent intent, Throwable thrown, int failures) {
        RetryPolicy policy = work.step().retry();
        boolean again = isRetryable(work, thrown) && failures < policy.attempts();
        Duration retryIn =
                again ? policy.waitAfter(failures, ThreadLocalRandom.current().nextDouble()) : null;
        State state = thrown instanceof StepTimeoutException ? State.TIMED_OUT : State.FAILED;
        return new Attempted.Failed<>(thrown, outcome(intent, state, failureCodec.encode(Failure.of(thrown)), retryIn));
    }

    private void waitOrPark(Work<?> work, Intent intent, Attempted.Failed<?> failed) {
        cancelIfDue(work);
        Duration wait = failed.outcome().retryIn();
        if (wait == null) {
            Cause cause = isRetryable(work, failed.thrown()) ? Cause.RETRIES_EXHAUSTED : Cause.NON_RETRYABLE;
            throw checkpoints.park(Parking.of(cause, work, intent, failed.thrown()));
        }
        sleep(wait);
        cancelIfDue(work);
    }

    /** A value that cannot be stored will not be storable the next time; an undo that is refused stays refused. */
    private static boolean isRetryable(Work<?> work, Throwable thrown) {
        return work.step().retry().retries(thrown)
                && !work.step().isRejection(thrown)
                && !(thrown instanceof TooLargeException || thrown instanceof InvalidInputException);
    }

    /** A long wait is not waited here: what waits costs a row, no thread. */
    private void sleep(Duration wait) {
        if (wait.compareTo(environment.config().backOffInMemory()) > 0) {
            throw checkpoints.unload(WorkflowStatus.WAITING, wait);
        }
        checkpoints.sleep(wait);
    }

    private Intent intent(Work<?> work, int attempt) {
        return new Intent(
                work.position(),
                null,
                attempt,
                work.step().name(),
                IdempotencyKey.of(key.uid(), null, work.position()),
                work.undoes());
    }

    private static Outcome outcome(Intent intent, State state, byte[] value, @Nullable Duration retryIn) {
        return new Outcome(intent.position(), intent.branch(), intent.attempt(), state, value, retryIn);
    }

    private static StepRejectedException rejection(Work<?> work, Failure failure) {
        return new StepRejectedException(work.step().name(), failure.type(), failure.message());
    }
}
