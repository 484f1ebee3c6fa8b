package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workflows whose version is not registered on their owner. */
@Timeout(60)
final class MissingVersionTest {
    private static final Definition<String, String> OLD = Definition.of("pay", 1, String.class, String.class);
    private static final Definition<String, String> NEW = Definition.of("pay", 2, String.class, String.class);
    private static final ActionOptions WHY = ActionOptions.because("because").by("ann");
    private static final Duration WEEK = Duration.ofDays(7);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);

    private EngineNode node(Definition<String, String> definition) {
        return EngineNode.start(
                database,
                builder -> builder.register(definition, (ctx, in) -> ctx.step("call", String.class, x -> in)));
    }

    /** Workflows whose process ended in a body, or before anything ran. */
    private List<String> cutOff(int number, boolean inBody) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(inBody ? number : 0);
        Workflow<String, String> code = (ctx, in) -> {
            if (!inBody) {
                never.await();
            }
            return ctx.step("call", String.class, step -> {
                entered.countDown();
                never.await();
                return in;
            });
        };
        try (EngineNode node = EngineNode.start(database, builder -> builder.register(NEW, code))) {
            List<String> ids = Stream.generate(() -> node.submit(NEW, "in").id())
                    .limit(number)
                    .toList();
            entered.await();
            node.crash();
            return ids;
        }
    }

    private void awaitWaiting(EngineNode node, List<String> ids) {
        for (String id : ids) {
            WorkflowSummary waiting = node.await(id, WorkflowStatus.WAITING);
            assertThat(waiting.waitingFor().map(WorkflowSummary.Waiting::kind)).contains("version");
            assertThat(waiting.waitingFor().map(WorkflowSummary.Waiting::name)).contains("pay/2");
            assertThat(waiting.waitingFor().flatMap(WorkflowSummary.Waiting::until))
                    .contains(clock.instant().plus(WEEK));
        }
    }

    @Test
    void itWaitsOutsideTheDueTimesAndGoesOnWithItsVersion() throws InterruptedException {
        List<String> ids = cutOff(300, true);
        try (EngineNode node = node(OLD)) {
            awaitWaiting(node, ids);
            assertThat(node.store().due(Duration.ofDays(6), 10)).isEmpty();
        }
        try (EngineNode node = node(NEW)) {
            for (String id : ids) {
                node.await(id, WorkflowStatus.COMPLETED);
            }
        }
    }

    @Test
    void itIsParkedAfterAWeekAndARetryTakesItUpOnceTheVersionIsThere() throws InterruptedException {
        String id = cutOff(1, true).getFirst();
        try (EngineNode node = node(OLD)) {
            awaitWaiting(node, List.of(id));
            clock.advance(WEEK.plusSeconds(1));
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.UNKNOWN_DEFINITION);
            assertThat(node.deadLetter(id).failure().message()).contains("pay version 2", "start a node");
            assertThat(node.deadLetter(id).step()).isEqualTo("call");
            assertThat(node.find(id).waitingFor()).isEmpty();
        }
        try (EngineNode node = node(NEW)) {
            String letter = node.find(id).deadLetter().orElseThrow();
            assertThat(node.engine().admin().retry(letter, WHY, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.QUEUED);
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void aRetryWithoutTheVersionWaitsForAnotherWeek() throws InterruptedException {
        String id = cutOff(1, true).getFirst();
        try (EngineNode node = node(OLD)) {
            awaitWaiting(node, List.of(id));
            clock.advance(WEEK.plusSeconds(1));
            String letter =
                    node.await(id, WorkflowStatus.DEAD_LETTERED).deadLetter().orElseThrow();
            node.engine().admin().retry(letter, WHY, EngineNode.DEADLINE);
            awaitWaiting(node, List.of(id));
        }
    }

    @Test
    void aCancelWaitsForTheCodeThatCompensates() throws InterruptedException {
        String id = cutOff(1, true).getFirst();
        try (EngineNode node = node(OLD)) {
            assertThat(node.engine().admin().cancel(id, WHY, Duration.ofMillis(50)))
                    .isEmpty();
            awaitWaiting(node, List.of(id));
        }
        try (EngineNode node = node(NEW)) {
            node.await(id, WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void whatNeedsNoCodeIsDecidedAtOnce() throws InterruptedException {
        String begun = cutOff(1, true).getFirst();
        String fresh = cutOff(1, false).getFirst();
        try (EngineNode node = node(OLD)) {
            awaitWaiting(node, List.of(begun, fresh));
            assertThat(node.engine().admin().terminate(begun, WHY, EngineNode.DEADLINE))
                    .isEqualTo(Optional.of(WorkflowStatus.CANCELLED));
            assertThat(node.engine().admin().cancel(fresh, WHY, EngineNode.DEADLINE))
                    .isEqualTo(Optional.of(WorkflowStatus.CANCELLED));
        }
    }
}
