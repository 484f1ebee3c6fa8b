package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.InvalidInputException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that the store can never take, and records that nobody can read. */
@Timeout(60)
final class RefusalTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private EngineNode refusing(java.util.function.Predicate<WorkflowWrite> refused, Workflow<String, String> code) {
        CrashingStore store = new CrashingStore(new MemoryStore(database), CrashPlan.NEVER);
        store.refuse(refused);
        return EngineNode.start(database, store, builder -> builder.register(WORK, code));
    }

    private final Workflow<String, String> code = (ctx, in) -> {
        try {
            ctx.run("one", step -> seen.add("one"));
            ctx.run("two", step -> seen.add("two"));
            return "done";
        } catch (Exception e) {
            seen.add("the workflow saw " + e);
            throw e;
        }
    };

    @Test
    void aRefusedIntentParksBeforeTheWorkflowSeesAnything() {
        try (EngineNode node = refusing(
                write -> write instanceof HistoryEvent.Intent intent
                        && intent.name().equals("two"),
                code)) {
            ParkingReason letter = node.deadLetter(node.submit(WORK, "").id());
            assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(letter.step()).isEqualTo("two");
            assertThat(letter.failure().message()).contains("refused by the test");
            assertThat(seen).containsExactly("one");
        }
    }

    @Test
    void aRefusedEndParks() {
        try (EngineNode node = refusing(HistoryEvent.Ended.class::isInstance, code)) {
            assertThat(node.deadLetter(node.submit(WORK, "").id()).cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(seen).containsExactly("one", "two");
        }
    }

    @Test
    void aRefusedDeadLetterIsStoredWithoutItsTexts() {
        Step hopeless = Step.named("hopeless").retry(RetryPolicy.never());
        try (EngineNode node = refusing(
                write -> write instanceof HistoryEvent.Parked parked
                        && !parked.reason().stack().isEmpty(),
                (ctx, in) -> ctx.step(hopeless, String.class, step -> {
                    throw new IOException("unstorable");
                }))) {
            ParkingReason letter = node.deadLetter(node.submit(WORK, "").id());
            assertThat(letter.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED);
            assertThat(letter.position()).isEqualTo(Position.main(0));
            assertThat(letter.stack()).isEmpty();
            assertThat(letter.failure().message())
                    .contains("refused by the test")
                    .doesNotContain("unstorable");
        }
    }

    @Test
    void aRefusedCreationIsTheSubmittersError() {
        try (EngineNode node = refusing(WorkflowWrite.Creation.class::isInstance, code)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> node.submit(WORK, ""))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("refused by the test");
            }
            assertThat(node.engine().admin().list(WorkflowFilter.newest(10)).items())
                    .isEmpty();
            assertThat(seen).isEmpty();
        }
    }

    /** An outcome whose intent is missing, as in a torn log. */
    private String torn() {
        try (MemoryStore store = new MemoryStore(database)) {
            StoreNode.joining(store);
            WorkflowKey key = store.newKey();
            Mailbox mailbox = store.mailbox(key, 0);
            CompletableFuture<Void> accepted =
                    mailbox.create(new WorkflowWrite.Creation("work", 1, Map.of(), new byte[] {'"', '"'}, false, null));
            Await.done(accepted);
            mailbox.hold(new WorkflowWrite.Outcome(
                    Position.main(5), 1, WorkflowWrite.Outcome.State.SUCCEEDED, new byte[] {'1'}, null));
            mailbox.flush();
            Await.until("it is written", () -> store.head(key).isPresent());
            return store.idOf(key);
        }
    }

    @Test
    void aTornLogHarmsNobodyElse() {
        String torn = torn();
        EngineConfig one = EngineNode.CONFIG.loadedMax(1);
        try (EngineNode node =
                EngineNode.start(database, builder -> builder.config(one).register(WORK, code))) {
            for (int i = 0; i < 20; i++) {
                assertThat(node.run(WORK, "")).isEqualTo("done");
            }
            assertThat(node.find(torn).status().isFinal()).isFalse();
        }
    }

    @Test
    void aCancelOfATornLogHarmsNobodyElseAndItCanBeTerminated() {
        String torn = torn();
        ActionOptions why = ActionOptions.because("its log is torn");
        try (EngineNode node = EngineNode.start(database, builder -> builder.register(WORK, code))) {
            assertThat(node.engine().admin().cancel(torn, why, Duration.ofMillis(50)))
                    .isEmpty();
            for (int i = 0; i < 20; i++) {
                assertThat(node.run(WORK, "")).isEqualTo("done");
            }
            assertThat(node.engine().admin().terminate(torn, why, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void whatIsNotRegisteredWaitsAndHarmsNobodyElse() {
        Definition<String, String> other = Definition.of("other", 1, String.class, String.class);
        CountDownLatch inBody = new CountDownLatch(1);
        EngineConfig one = EngineNode.CONFIG.loadedMax(1);
        List<String> ids = new CopyOnWriteArrayList<>();
        try (EngineNode first = EngineNode.start(
                database,
                builder -> builder.config(one).register(other, (ctx, in) -> {
                    ctx.run("hangs", step -> hangUntil(false, inBody));
                    return "";
                }))) {
            for (int i = 0; i < 5; i++) {
                ids.add(first.submit(other, "").id());
            }
            Await.until("a body runs", () -> inBody.getCount() == 0);
            first.crash();
        }
        try (EngineNode second =
                EngineNode.start(database, builder -> builder.config(one).register(WORK, code))) {
            for (int i = 0; i < 20; i++) {
                assertThat(second.run(WORK, "")).isEqualTo("done");
            }
            assertThat(ids).noneMatch(id -> second.find(id).status().isFinal());
        }
        try (EngineNode third = EngineNode.start(
                database,
                builder -> builder.config(one).register(other, (ctx, in) -> {
                    ctx.run("hangs", step -> {});
                    return "";
                }))) {
            ids.forEach(id -> third.await(id, WorkflowStatus.COMPLETED));
        }
    }

    @Test
    void loadsAreCountedUntilTheCodeMakesProgress() {
        CountDownLatch[] inBody = {new CountDownLatch(1), new CountDownLatch(1), new CountDownLatch(1)};
        Workflow<String, String> hanging = (ctx, in) -> {
            ctx.run("one", step -> hangUntil(step.attempt() == 3, inBody[step.attempt() - 1]));
            ctx.run("two", step -> {
                seen.add("two");
                new CountDownLatch(1).await();
            });
            return "";
        };
        String id = "poison";
        try (EngineNode first = EngineNode.start(database, builder -> builder.register(WORK, hanging))) {
            first.engine().submit(WORK, "", dev.holdfast.Submission.id(id));
            Await.until("it runs", () -> inBody[0].getCount() == 0);
            first.crash();
        }
        assertThat(loads(id)).isZero();
        try (EngineNode second = EngineNode.start(database, builder -> builder.register(WORK, hanging))) {
            Await.until("it runs", () -> inBody[1].getCount() == 0);
            second.crash();
        }
        assertThat(loads(id)).isEqualTo(1);
        try (EngineNode third = EngineNode.start(database, builder -> builder.register(WORK, hanging))) {
            Await.until("it has made progress", () -> !seen.isEmpty());
            third.crash();
        }
        assertThat(loads(id)).isEqualTo(2);
        try (EngineNode fourth = EngineNode.start(database, builder -> builder.register(WORK, hanging))) {
            Await.until("it runs again", () -> seen.size() == 2);
            fourth.crash();
        }
        assertThat(loads(id)).isEqualTo(1);
    }

    private static void hangUntil(boolean free, CountDownLatch running) throws InterruptedException {
        running.countDown();
        if (!free) {
            new CountDownLatch(1).await();
        }
    }

    private int loads(String id) {
        try (MemoryStore store = new MemoryStore(database)) {
            return store.load(List.of(store.locate(id).orElseThrow()))
                    .getFirst()
                    .loads();
        }
    }
}
