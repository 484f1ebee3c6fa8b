package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.ParkingReason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Steps that run at most once: what is an outcome, what is a doubt, and what ends a doubt. */
@Timeout(60)
final class AtMostOnceTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step PAY = Step.named("pay").atMostOnce();
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    /** The attempt of each call of a body. */
    private final List<Integer> calls = new CopyOnWriteArrayList<>();

    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    /** One step. */
    private Workflow<String, String> paying(Step step, StepBody<String> body) {
        return (ctx, in) -> ctx.step(step, String.class, scope -> {
            calls.add(scope.attempt());
            keys.add(scope.idempotencyKey());
            return body.run(scope);
        });
    }

    /** Its first call hangs until it is interrupted. */
    private final StepBody<String> hanging = step -> {
        if (step.attempt() == 1) {
            inBody.countDown();
            new CountDownLatch(1).await();
        }
        return "paid";
    };

    static List<String> history(EngineNode node, String id) {
        return node.engine().admin().history(id, new PageRequest(200, Optional.empty())).items().stream()
                .map(AtMostOnceTest::line)
                .toList();
    }

    private static String line(HistoryItem item) {
        return item.name() + " " + item.state() + (item.attempt() > 1 ? " " + item.attempt() : "");
    }

    private static String letter(EngineNode node, String id) {
        return node.await(id, WorkflowStatus.DEAD_LETTERED).deadLetter().orElseThrow();
    }

    private static void runAgain(EngineNode node, String id) {
        assertThat(node.engine().admin().runAgainAnyway(letter(node, id), WHY, EngineNode.DEADLINE))
                .contains(WorkflowStatus.QUEUED);
    }

    private static String crashInBody(EngineNode node, CountDownLatch inBody) throws InterruptedException {
        String id = node.submit(WORK, "").id();
        inBody.await();
        node.crash();
        return id;
    }

    @Test
    void aValueIsAnOutcomeAsOfAnyStep() {
        try (EngineNode node = node(paying(PAY, step -> "paid"))) {
            var handle = node.submit(WORK, "");
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo("paid");
            assertThat(history(node, handle.id())).containsExactly("pay succeeded", "end COMPLETED");
        }
    }

    @Test
    void aRejectionIsAnOutcome() {
        StepBody<String> rejecting = step -> {
            throw new StepRejected("no money");
        };
        Workflow<String, String> code = (ctx, in) -> {
            try {
                return paying(PAY, rejecting).run(ctx, in);
            } catch (StepRejectedException e) {
                return String.valueOf(e.getMessage());
            }
        };
        try (EngineNode node = node(code)) {
            assertThat(node.run(WORK, "")).contains("no money");
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void anExceptionParksAtOnceAndAPlainRetryCallsTheBodyAgain() {
        try (EngineNode node = node(paying(PAY, step -> {
            if (step.attempt() == 1) {
                throw new IOException("the bank is down");
            }
            return "paid";
        }))) {
            var handle = node.submit(WORK, "");
            ParkingReason parked = node.deadLetter(handle.id());
            assertThat(parked.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(parked.failure().message()).isEqualTo("the bank is down");
            assertThat(calls).containsExactly(1);
            node.engine().admin().retry(letter(node, handle.id()), WHY, EngineNode.DEADLINE);
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo("paid");
        }
        assertThat(calls).containsExactly(1, 2);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    @Test
    void aWorkflowThatIsLoadedBehindItsFailureIsParkedForTheSameCause() {
        CrashPlan beforeParking = CrashPlan.at(CrashPoint.AFTER_OUTCOME_COMMIT, 0);
        Workflow<String, String> failing = paying(PAY, step -> {
            throw new IOException("the bank is down");
        });
        String id;
        try (EngineNode node = EngineNode.start(database, beforeParking, builder -> builder.register(WORK, failing))) {
            id = node.submit(WORK, "").id();
            Await.until("it dies", () -> node.store().isDead());
        }
        try (EngineNode next = node(failing)) {
            assertThat(next.deadLetter(id).cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(history(next, id)).containsExactly("pay failed", "dead-letter NON_RETRYABLE");
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aTimeoutIsADoubt() {
        try (EngineNode node = node(paying(PAY.timeout(Duration.ofMillis(20)), hanging))) {
            String id = node.submit(WORK, "").id();
            ParkingReason parked = node.deadLetter(id);
            assertThat(parked.cause()).isEqualTo(Cause.IN_DOUBT);
            assertThat(parked.failure().message()).contains("longer than its timeout");
            assertThat(history(node, id)).containsExactly("pay in-doubt", "dead-letter IN_DOUBT");
            assertThat(node.find(id).lastError().orElseThrow().message()).contains("longer than its timeout");
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aTimeoutIsADoubtAlsoWhereItsTypeIsARejection() {
        Step step = PAY.timeout(Duration.ofMillis(20)).rejects(TimeoutException.class);
        try (EngineNode node = node(paying(step, hanging))) {
            assertThat(node.deadLetter(node.submit(WORK, "").id()).cause()).isEqualTo(Cause.IN_DOUBT);
        }
    }

    @Test
    void aCrashInTheBodyIsADoubtThatOnlyAnExplicitYesEnds() throws InterruptedException {
        String id = crashInBody(node(paying(PAY, hanging)), inBody);
        try (EngineNode next = node(paying(PAY, hanging))) {
            ParkingReason parked = next.deadLetter(id);
            assertThat(parked.cause()).isEqualTo(Cause.IN_DOUBT);
            assertThat(parked.attempts()).isEqualTo(1);
            assertThat(parked.failure().message())
                    .contains("the body may have run")
                    .contains(keys.getFirst())
                    .contains("runAgainAnyway");
            assertThat(history(next, id)).containsExactly("pay in-doubt", "dead-letter IN_DOUBT");
            String letter = letter(next, id);
            assertThatThrownBy(() -> next.engine().admin().retry(letter, WHY, EngineNode.DEADLINE))
                    .isInstanceOf(StepInDoubtException.class)
                    .hasMessageContaining("runAgainAnyway");
            assertThat(calls).containsExactly(1);
            runAgain(next, id);
            assertThat(next.engine().handle(id).result(EngineNode.DEADLINE))
                    .asString()
                    .isEqualTo("\"paid\"");
            assertThat(history(next, id))
                    .containsExactly(
                            "pay in-doubt",
                            "dead-letter IN_DOUBT",
                            "run-again RETRIED",
                            "pay succeeded 2",
                            "end COMPLETED");
            assertThat(next.engine().admin().audit(AuditFilter.newest(50)).items().stream()
                            .filter(AuditEntry::decided)
                            .map(entry -> entry.action() + " " + entry.actor() + " "
                                    + entry.outcome().orElseThrow()))
                    .containsExactlyInAnyOrder("RUN_AGAIN ann APPLIED", "RETRY ann REFUSED");
            assertThatThrownBy(() -> next.engine().admin().runAgainAnyway(letter, WHY, EngineNode.DEADLINE))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("this dead letter is closed");
        }
        assertThat(calls).containsExactly(1, 2);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    @Test
    void whatRunsAgainMayBeInDoubtAgain() throws InterruptedException {
        String id = crashInBody(node(paying(PAY, hanging)), inBody);
        CountDownLatch again = new CountDownLatch(1);
        StepBody<String> hangingAgain = step -> {
            again.countDown();
            new CountDownLatch(1).await();
            return "";
        };
        EngineNode second = node(paying(PAY, hangingAgain));
        runAgain(second, id);
        again.await();
        second.crash();
        try (EngineNode third = node(paying(PAY, hangingAgain))) {
            assertThat(third.deadLetter(id).attempts()).isEqualTo(2);
            assertThat(third.deadLetter(id).cause()).isEqualTo(Cause.IN_DOUBT);
        }
        assertThat(calls).containsExactly(1, 2);
    }

    @Test
    void aRetryForAnotherReasonEndsNoDoubt() throws InterruptedException {
        String id = crashInBody(node(paying(PAY, hanging)), inBody);
        try (EngineNode wrong = node(paying(Step.named("renamed").atMostOnce(), hanging))) {
            assertThat(wrong.deadLetter(id).cause()).isEqualTo(Cause.HISTORY_MISMATCH);
        }
        try (EngineNode right = node(paying(PAY, hanging))) {
            right.engine().admin().retry(letter(right, id), WHY, EngineNode.DEADLINE);
            Await.until("it is in doubt", () -> right.deadLetter(id).cause() == Cause.IN_DOUBT);
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aDoubtRefusesACancelAndTakesADiscard() throws InterruptedException {
        String id = crashInBody(node(paying(PAY, hanging)), inBody);
        try (EngineNode next = node(paying(PAY, hanging))) {
            String letter = letter(next, id);
            assertThatThrownBy(() -> next.engine().admin().cancel(id, WHY, EngineNode.DEADLINE))
                    .isInstanceOf(StepInDoubtException.class);
            assertThat(next.find(id).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
            next.engine().admin().discard(letter, WHY, EngineNode.DEADLINE);
            assertThat(next.find(id).status()).isEqualTo(WorkflowStatus.FAILED);
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aCancelThatWaitsWhenADoubtIsFoundIsRefused() throws InterruptedException {
        EngineNode former = node(paying(PAY, hanging));
        String id = former.submit(WORK, "").id();
        inBody.await();
        former.engine().admin().cancel(id, WHY, Duration.ZERO); // waits for the body
        former.crash();
        try (EngineNode next = node(paying(PAY, hanging))) {
            assertThat(next.deadLetter(id).cause()).isEqualTo(Cause.IN_DOUBT);
            Await.until(
                    "the cancel is refused",
                    () -> next.engine().admin().audit(AuditFilter.newest(50)).items().stream()
                            .anyMatch(entry -> entry.decided()
                                    && entry.outcome().orElseThrow().equals("REFUSED")));
            assertThat(next.find(id).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
        }
    }

    @Test
    void aCancelWaitsForTheBody() throws InterruptedException {
        try (EngineNode node = node(paying(PAY, step -> {
            inBody.countDown();
            leave.await();
            return "paid";
        }))) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            node.engine().admin().cancel(id, WHY, Duration.ZERO);
            leave.countDown();
            Await.until("it ends", () -> node.find(id).status().isFinal());
            assertThat(history(node, id)).startsWith("pay succeeded");
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aLostOwnershipIsADoubt() throws InterruptedException {
        try (EngineNode former = node(paying(PAY, hanging))) {
            String id = former.submit(WORK, "").id();
            inBody.await();
            try (EngineNode owner = node(paying(PAY, hanging))) {
                assertThat(owner.deadLetter(id).cause()).isEqualTo(Cause.IN_DOUBT);
            }
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aDeafBodyAtTheCloseOfItsNodeIsADoubt() throws InterruptedException {
        CountDownLatch deaf = new CountDownLatch(1);
        Thread[] closer = new Thread[1];
        EngineNode former = node(paying(PAY, step -> {
            inBody.countDown();
            Await.until("it is interrupted", () -> Thread.interrupted());
            deaf.await();
            return "too late";
        }));
        String id = former.submit(WORK, "").id();
        inBody.await();
        closer[0] = Thread.ofPlatform().start(former::close);
        try (EngineNode next = node(paying(PAY, step -> "paid"))) {
            assertThat(next.deadLetter(id).cause()).isEqualTo(Cause.IN_DOUBT);
            deaf.countDown();
            closer[0].join();
            assertThat(history(next, id)).containsExactly("pay in-doubt", "dead-letter IN_DOUBT");
        }
        assertThat(calls).containsExactly(1);
    }

    @Test
    void aDoubtInOneBranchLeavesTheOutcomesOfTheOthers() throws InterruptedException {
        CountDownLatch other = new CountDownLatch(1);
        Workflow<String, String> code = (ctx, in) -> String.join(
                "+",
                ctx.all(List.of(
                        branch -> paying(PAY, hanging).run(branch, in),
                        branch -> branch.step(Step.named("book").atMostOnce(), String.class, step -> {
                            other.countDown();
                            return "booked " + step.attempt();
                        }))));
        EngineNode former = node(code);
        String id = former.submit(WORK, "").id();
        inBody.await();
        other.await();
        Await.until("the other outcome is recorded", () -> history(former, id).contains("book succeeded"));
        former.crash();
        try (EngineNode next = node(code)) {
            runAgain(next, id);
            assertThat(next.engine().handle(id).result(EngineNode.DEADLINE))
                    .asString()
                    .isEqualTo("\"paid+booked 1\"");
        }
        assertThat(calls).containsExactly(1, 2);
    }

    @Test
    void aLostRaceWaitsForTheBodyAndKeepsItsOutcome() {
        CountDownLatch decided = new CountDownLatch(1);
        Workflow<String, String> code = (ctx, in) -> {
            String winner = ctx.race(List.of(
                    branch -> paying(PAY, step -> {
                                inBody.countDown();
                                leave.await();
                                return "paid";
                            })
                            .run(branch, in),
                    branch -> branch.step("quick", String.class, step -> {
                        inBody.await();
                        return "quick";
                    })));
            decided.countDown();
            return winner;
        };
        try (EngineNode node = node(code)) {
            var handle = node.submit(WORK, "");
            Await.until("it has lost", () -> history(node, handle.id()).contains("join decided"));
            assertThat(decided.getCount()).isEqualTo(1);
            leave.countDown();
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo("quick");
            assertThat(history(node, handle.id())).contains("pay succeeded");
        }
    }

    @Test
    void itsUndoIsRetriedAsUsual() {
        List<Integer> undone = new CopyOnWriteArrayList<>();
        Workflow<String, String> code = (ctx, in) -> ctx.saga(saga -> {
            saga.step(PAY, String.class, step -> "paid", (step, paid) -> {
                undone.add(step.attempt());
                if (step.attempt() == 1) {
                    throw new IOException("the bank is down");
                }
            });
            throw new WorkflowFailedException("changed our mind");
        });
        try (EngineNode node = node(code)) {
            String id = node.submit(WORK, "").id();
            Await.until("the undo is retried", () -> {
                clock.advance(Duration.ofSeconds(1));
                return node.find(id).status() == WorkflowStatus.FAILED;
            });
        }
        assertThat(undone).containsExactly(1, 2);
    }

    @Test
    void aStepThatBecameAtMostOnceWaitsForNoRetryOfItsFormerPolicy() {
        StepBody<String> failing = step -> {
            throw new IOException("the bank is down");
        };
        Step patient = Step.named("pay").retry(RetryPolicy.exponential(Duration.ofDays(1), 5));
        String id;
        try (EngineNode former = node(paying(patient, failing))) {
            id = former.submit(WORK, "").id();
            former.awaitWait(id);
        }
        clock.advance(Duration.ofDays(2));
        try (EngineNode next = node(paying(PAY, failing))) {
            assertThat(next.deadLetter(id).cause()).isEqualTo(Cause.NON_RETRYABLE);
        }
        assertThat(calls).containsExactly(1);
    }
}
