package dev.holdfast.engine;

import static dev.holdfast.engine.FlakyStep.FLAKY;
import static dev.holdfast.engine.FlakyStep.QUICK;
import static dev.holdfast.engine.FlakyStep.failing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.RetryAfterException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.ParkingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Back-offs and attempt numbers over restarts, by the store's clock. */
@Timeout(60)
final class BackOffTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final RetryPolicy SLOW =
            RetryPolicy.exponential(HOUR, 5).factor(1).jitter(0);

    private final FlakyStep flaky = new FlakyStep();
    private final List<Integer> attempts = flaky.attempts();
    private final List<String> keys = flaky.keys();

    @Test
    void aRestartNeitherResetsNorSkipsABackOff() {
        Step step = Step.named("call").retry(SLOW);
        String id;
        Instant due;
        try (EngineNode first = flaky.start(step, failing(1))) {
            id = first.submit(FLAKY, "").id();
            due = awaitBackOff(first, id);
            assertThat(due).isEqualTo(flaky.clock().instant().plus(HOUR));
            first.crash();
        }
        flaky.clock().advance(Duration.ofMinutes(59));
        try (EngineNode second = flaky.start(step, failing(1))) {
            awaitLooks(second);
            assertThat(awaitBackOff(second, id)).isEqualTo(due);
            assertThat(second.find(id).status()).isEqualTo(WorkflowStatus.WAITING);
            second.crash();
        }
        flaky.clock().set(due.minusMillis(1));
        try (EngineNode third = flaky.start(step, failing(1))) {
            awaitLooks(third);
            assertThat(attempts).containsExactly(1); // the database's clock decides
            flaky.clock().set(due);
            third.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(attempts).containsExactly(1, 2);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    /** The node has looked for what is due, more than once. */
    private void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    @Test
    void aBackOffThatIsOverIsNotWaitedForAgain() {
        Step step = Step.named("call").retry(SLOW);
        String id;
        try (EngineNode first = flaky.start(step, failing(2))) {
            id = first.submit(FLAKY, "").id();
            awaitBackOff(first, id);
            first.crash();
        }
        flaky.clock().advance(HOUR);
        try (EngineNode second = flaky.start(step, failing(2))) {
            Await.until("it is tried again", () -> second.find(id).attempt() == 2);
            awaitBackOff(second, id);
            second.crash();
        }
        flaky.clock().advance(HOUR.multipliedBy(24));
        try (EngineNode third = flaky.start(step, failing(2))) {
            third.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(attempts).containsExactly(1, 2, 3);
    }

    @Test
    void theTimeThatABodyAsksForGoesByTheClockOfTheStore() {
        Duration asked = Duration.ofHours(3);
        Step step = Step.named("call").retry(SLOW);
        StepBody<Integer> busy = scope -> {
            if (scope.attempt() == 1) {
                throw new RetryAfterException(asked, "busy");
            }
            return scope.attempt();
        };
        String id;
        try (EngineNode first = flaky.start(step, busy)) {
            id = first.submit(FLAKY, "").id();
            assertThat(awaitBackOff(first, id))
                    .isEqualTo(flaky.clock().instant().plus(asked));
            first.crash();
        }
        flaky.clock().advance(asked.minusMillis(1));
        try (EngineNode second = flaky.start(step, busy)) {
            awaitLooks(second);
            assertThat(attempts).containsExactly(1);
            flaky.clock().advance(Duration.ofMillis(1));
            second.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(attempts).containsExactly(1, 2);
    }

    @Test
    void anAttemptThatACrashCutOffDoesNotCountAsAFailure() {
        Step step = Step.named("call").retry(QUICK.attempts(2));
        CountDownLatch inBody = new CountDownLatch(1);
        String id;
        try (EngineNode first = flaky.start(step, scope -> {
            inBody.countDown();
            new CountDownLatch(1).await();
            return 0;
        })) {
            id = first.submit(FLAKY, "").id();
            Await.until("the body runs", () -> inBody.getCount() == 0);
            first.crash();
        }
        try (EngineNode second = flaky.start(step, failing(2))) {
            // Attempt 2 fails, attempt 3 is the second of the budget.
            second.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(attempts).containsExactly(1, 2, 3);
    }

    @Test
    void theBudgetGoesOnOverARestart() {
        Step step = Step.named("call").retry(SLOW.attempts(2));
        String id;
        try (EngineNode first = flaky.start(step, failing(100))) {
            id = first.submit(FLAKY, "").id();
            awaitBackOff(first, id);
            first.crash();
        }
        flaky.clock().advance(HOUR);
        try (EngineNode second = flaky.start(step, failing(100))) {
            assertThat(second.deadLetter(id).attempts()).isEqualTo(2);
        }
        assertThat(attempts).containsExactly(1, 2);
    }

    @Test
    void aFailureWhoseParkingWasCutOffIsParkedByTheNextProcess() {
        Step step = Step.named("call").retry(QUICK.attempts(2));
        CrashPlan plan = (point, position) -> point == CrashPoint.AFTER_OUTCOME_COMMIT && attempts.size() == 2;
        String id;
        try (EngineNode first = flaky.start(plan, step, failing(100))) {
            id = first.submit(FLAKY, "").id();
            Await.until("the process dies", () -> first.store().isDead());
            first.crash();
            assertThat(first.log(id).getLast().event()).isNull();
        }
        try (EngineNode second = flaky.start(step, failing(100))) {
            ParkingReason letter = second.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.RETRIES_EXHAUSTED);
            assertThat(letter.failure().message()).isEqualTo("failure 2");
            assertThat(letter.attempts()).isEqualTo(2);
        }
        assertThat(attempts).containsExactly(1, 2);
    }

    private static Instant awaitBackOff(EngineNode node, String id) {
        Await.until("it backs off", () -> node.find(id).waitingFor().isPresent());
        WorkflowSummary.Waiting waiting = node.find(id).waitingFor().orElseThrow();
        assertThat(waiting.kind()).isEqualTo("retry");
        assertThat(waiting.name()).isEqualTo("call");
        return waiting.until().orElseThrow();
    }
}
