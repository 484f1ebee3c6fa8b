package dev.holdfast.engine;

import static dev.holdfast.engine.FlakyStep.FLAKY;
import static dev.holdfast.engine.FlakyStep.QUICK;
import static dev.holdfast.engine.FlakyStep.failing;
import static dev.holdfast.engine.FlakyStep.outcomes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.RetryAfterException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.StepRejected;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class RetryTest {
    private final FlakyStep flaky = new FlakyStep();
    private final List<Integer> attempts = flaky.attempts();
    private final List<String> keys = flaky.keys();

    @Test
    void aFailedAttemptIsFollowedByAnotherUnderTheSameKey() {
        try (EngineNode node = flaky.start(Step.named("call").retry(QUICK), failing(3))) {
            var handle = node.submit(FLAKY, "");
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo(4);
            assertThat(attempts).containsExactly(1, 2, 3, 4);
            assertThat(keys.stream().distinct()).hasSize(1);
            assertThat(outcomes(node, handle.id()))
                    .extracting(Outcome::state)
                    .containsExactly(
                            Outcome.State.FAILED, Outcome.State.FAILED, Outcome.State.FAILED, Outcome.State.SUCCEEDED);
        }
    }

    @Test
    void theBudgetEndsInADeadLetterWithTheWholeCause() {
        try (EngineNode node = flaky.start(Step.named("call").retry(QUICK), failing(100))) {
            String id = node.submit(FLAKY, "").id();
            ParkingReason letter = node.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.RETRIES_EXHAUSTED);
            assertThat(letter.step()).isEqualTo("call");
            assertThat(letter.position()).isEqualTo(Position.main(0));
            assertThat(letter.attempts()).isEqualTo(5);
            assertThat(letter.idempotencyKey()).hasToString(keys.getFirst());
            assertThat(letter.failure().type()).isEqualTo("java.io.IOException");
            assertThat(letter.failure().message()).isEqualTo("failure 5");
            assertThat(letter.stack())
                    .contains("java.io.IOException: failure 5")
                    .contains("FlakyStep");
            assertThat(attempts).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void neverMeansOneAttempt() {
        try (EngineNode node = flaky.start(Step.named("call").retry(RetryPolicy.never()), failing(100))) {
            ParkingReason letter = node.deadLetter(node.submit(FLAKY, "").id());
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.RETRIES_EXHAUSTED);
            assertThat(attempts).containsExactly(1);
        }
    }

    @Test
    void whatIsNotToBeTriedAgainIsParkedAtOnce() {
        Step step = Step.named("call").retry(QUICK.nonRetryable(IOException.class));
        try (EngineNode node = flaky.start(step, failing(100))) {
            ParkingReason letter = node.deadLetter(node.submit(FLAKY, "").id());
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.NON_RETRYABLE);
            assertThat(attempts).containsExactly(1);
        }
    }

    @Test
    void onlyTheTypesThatAreToBeTriedAgainAre() {
        Step step = Step.named("call").retry(QUICK.retryable(IOException.class));
        StepBody<Integer> body = scope -> {
            if (scope.attempt() == 1) {
                throw new IOException("once more");
            }
            throw new IllegalStateException("a bug");
        };
        try (EngineNode node = flaky.start(step, body)) {
            ParkingReason letter = node.deadLetter(node.submit(FLAKY, "").id());
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.NON_RETRYABLE);
            assertThat(letter.failure().message()).isEqualTo("a bug");
            assertThat(attempts).containsExactly(1, 2);
        }
    }

    @Test
    void aBodyThatAlwaysAsksToBeCalledAgainUsesItsBudget() {
        Step step = Step.named("call").retry(QUICK.retryable(IOException.class));
        StepBody<Integer> body = scope -> {
            throw new RetryAfterException(Duration.ofMillis(1), "busy");
        };
        try (EngineNode node = flaky.start(step, body)) {
            ParkingReason letter = node.deadLetter(node.submit(FLAKY, "").id());
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.RETRIES_EXHAUSTED);
            assertThat(letter.failure().type()).isEqualTo(RetryAfterException.class.getName());
            assertThat(attempts).containsExactly(1, 2, 3, 4, 5);
        }
    }

    @Test
    void anErrorIsAFailedAttempt() {
        StepBody<Integer> body = scope -> scope.attempt() == 1 ? deep(0) : scope.attempt();
        try (EngineNode node = flaky.start(Step.named("call").retry(QUICK), body)) {
            var handle = node.submit(FLAKY, "");
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo(2);
            assertThat(node.find(handle.id()).status()).isEqualTo(WorkflowStatus.COMPLETED);
        }
    }

    /** A number, or StackOverflowError: the compiler must not see which. */
    private static int deep(int depth) {
        return depth < 0 ? 0 : deep(depth + 1) + deep(depth + 2);
    }

    @Test
    void anAttemptOverItsTimeIsInterruptedAndFailed() {
        CountDownLatch never = new CountDownLatch(1);
        StepBody<Integer> body = scope -> {
            if (scope.attempt() == 1) {
                never.await();
            }
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return scope.attempt();
        };
        Step step = Step.named("call").retry(QUICK).timeout(Duration.ofMillis(20));
        try (EngineNode node = flaky.start(step, body)) {
            var handle = node.submit(FLAKY, "");
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo(2);
            assertThat(outcomes(node, handle.id()))
                    .extracting(Outcome::state)
                    .containsExactly(Outcome.State.TIMED_OUT, Outcome.State.SUCCEEDED);
        }
    }

    @Test
    void whatABodyReturnsAfterItsTimeIsDropped() {
        StepBody<Integer> body = scope -> {
            if (scope.attempt() == 1) {
                Await.until("it is interrupted", () -> Thread.currentThread().isInterrupted());
            }
            return scope.attempt();
        };
        Step step = Step.named("call").retry(QUICK).timeout(Duration.ofMillis(20));
        try (EngineNode node = flaky.start(step, body)) {
            assertThat(node.run(FLAKY, "")).isEqualTo(2);
        }
    }

    @Test
    void anErrorOfATimedStepLeavesNoAlarmBehind() {
        StepBody<Integer> body = scope -> {
            if (scope.attempt() <= 50) {
                Await.until("it is interrupted", () -> Thread.currentThread().isInterrupted());
                throw new AssertionError("failure " + scope.attempt());
            }
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return scope.attempt();
        };
        RetryPolicy many = RetryPolicy.exponential(Duration.ZERO, 60);
        Step step = Step.named("call").retry(many).timeout(Duration.ofMillis(1));
        try (EngineNode node = flaky.start(step, body)) {
            // The last attempt is quick enough, sooner or later.
            assertThat(node.run(FLAKY, "")).isGreaterThan(50);
        }
    }

    @Test
    void aBodyThatLeavesItsThreadInterruptedHarmsNobody() {
        StepBody<Integer> body = scope -> {
            Thread.currentThread().interrupt();
            if (scope.attempt() <= 2) {
                throw new IOException("interrupted, as it says");
            }
            return scope.attempt();
        };
        try (EngineNode node = flaky.start(Step.named("call").retry(QUICK), body)) {
            assertThat(node.run(FLAKY, "")).isEqualTo(3);
        }
    }

    @Test
    void aRejectionOfAListedTypeIsNotTriedAgain() {
        Step step = Step.named("call").retry(QUICK).rejects(IOException.class);
        try (EngineNode node = flaky.start(step, failing(100))) {
            String id = node.submit(FLAKY, "").id();
            assertThat(node.deadLetter(id).cause()).isEqualTo(DeadLetter.Cause.NON_RETRYABLE);
            assertThat(attempts).containsExactly(1);
            assertThat(outcomes(node, id)).extracting(Outcome::state).containsExactly(Outcome.State.REJECTED);
        }
    }

    @Test
    void aRejectionAfterFailuresIsFinal() {
        StepBody<Integer> body = scope -> {
            if (scope.attempt() < 3) {
                throw new IOException("not yet");
            }
            throw new StepRejected("no");
        };
        try (EngineNode node = flaky.start(Step.named("call").retry(QUICK), body)) {
            String id = node.submit(FLAKY, "").id();
            node.deadLetter(id);
            assertThat(attempts).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aBodysOwnTimeoutExceptionIsAnOrdinaryFailure() {
        StepBody<Integer> body = scope -> {
            throw new TimeoutException("of the body's own");
        };
        try (EngineNode node = flaky.start(Step.named("call").retry(RetryPolicy.never()), body)) {
            String id = node.submit(FLAKY, "").id();
            assertThat(node.deadLetter(id).failure().message()).isEqualTo("of the body's own");
            assertThat(outcomes(node, id)).extracting(Outcome::state).containsExactly(Outcome.State.FAILED);
        }
    }

    @Test
    void theIntentOfEachAttemptIsInTheLog() {
        try (EngineNode node = flaky.start(Step.named("call").retry(QUICK), failing(2))) {
            var handle = node.submit(FLAKY, "");
            handle.result(EngineNode.DEADLINE);
            assertThat(node.log(handle.id()).stream()
                            .map(LogRecord::event)
                            .filter(HistoryEvent.Intent.class::isInstance)
                            .map(event -> ((HistoryEvent.Intent) event).attempt()))
                    .containsExactly(1, 2, 3);
        }
    }
}
