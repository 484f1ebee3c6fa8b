package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.ParkingReason;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The process dies at each boundary in turn: no body that runs at most once is called twice. */
@Timeout(120)
final class AtMostOnceCrashTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final int STEPS = 3;
    private static final Submission SUBMISSION = Submission.key("one");

    private final MemoryDatabase database = new MemoryDatabase();
    private final Ledger ledger = new Ledger(database);

    static Stream<CrashTest.Crash> crashes() {
        return CrashTest.crashes(STEPS);
    }

    private EngineNode start(CrashPlan plan) {
        CrashingStore store = new CrashingStore(new MemoryStore(database), plan);
        Workflow<String, String> code = (ctx, in) -> {
            for (int i = 0; i < STEPS; i++) {
                ctx.run(Step.named("step-" + i).atMostOnce(), step -> {
                    ledger.began(store, step);
                    if (store.reached(CrashPoint.IN_BODY, step.position())) {
                        throw new IllegalStateException("the process is dead");
                    }
                    ledger.effect(store, step);
                });
            }
            return "done";
        };
        return EngineNode.start(database, store, builder -> builder.register(WORK, code));
    }

    @ParameterizedTest
    @MethodSource("crashes")
    void noBodyIsCalledTwice(CrashTest.Crash crash) {
        try (EngineNode former = start(crash.plan())) {
            try {
                former.engine().submit(WORK, "", SUBMISSION);
            } catch (StoreUnavailableException e) {
                assertThat(former.store().isDead()).isTrue();
            }
            Await.until("it dies", () -> former.store().isDead());
            former.crash();
        }
        try (EngineNode next = start(CrashPlan.NEVER)) {
            String id = next.engine().submit(WORK, "", SUBMISSION).id();
            Await.until("it is over", () -> isOver(next, id));
            assertCalledOnceAtMost(id);
            if (next.find(id).status() == WorkflowStatus.DEAD_LETTERED) {
                ParkingReason parked = next.deadLetterNow(id);
                assertThat(parked.cause()).isEqualTo(Cause.IN_DOUBT);
                // An outcome is committed with the next record: a crash before that loses it.
                assertThat(crash.point()).isNotIn(CrashPoint.AFTER_OUTCOME_COMMIT, CrashPoint.AFTER_TERMINAL_COMMIT);
                assertThat(ledger.begun(id, parked.stepNumber())).isLessThanOrEqualTo(1);
                next.engine()
                        .admin()
                        .runAgainAnyway(
                                next.find(id).deadLetter().orElseThrow(),
                                ActionOptions.because("looked"),
                                EngineNode.DEADLINE);
                next.await(id, WorkflowStatus.COMPLETED);
            }
            assertThat(next.find(id).status()).isEqualTo(WorkflowStatus.COMPLETED);
            assertThat(ledger.violations()).isEmpty();
        }
    }

    private static boolean isOver(EngineNode node, String id) {
        WorkflowStatus now = node.find(id).status();
        return now.isFinal() || now == WorkflowStatus.DEAD_LETTERED;
    }

    private void assertCalledOnceAtMost(String id) {
        IntStream.range(0, STEPS)
                .forEach(position -> assertThat(ledger.begun(id, position))
                        .as("calls of %s", position)
                        .isLessThanOrEqualTo(1));
    }
}
