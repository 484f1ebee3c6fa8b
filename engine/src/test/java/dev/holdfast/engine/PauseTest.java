package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A paused workflow does nothing, keeps everything, and goes on where it was. */
@Timeout(60)
final class PauseTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> APPROVAL = Signal.named("approval", String.class);
    private static final Duration WAIT = EngineNode.DEADLINE;
    private static final ActionOptions WHY =
            ActionOptions.because("the bank is down").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static Optional<WorkflowStatus> pause(EngineNode node, String id) {
        return node.engine().admin().pause(id, WHY, WAIT);
    }

    private static Optional<WorkflowStatus> resume(EngineNode node, String id) {
        return node.engine().admin().resume(id, WHY, WAIT);
    }

    private static void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    /** A step in a body that waits until it is let, and a step behind it, in a saga. */
    private final Workflow<String, String> saga = (ctx, in) -> ctx.saga(saga -> {
        saga.step(
                "first",
                String.class,
                step -> {
                    events.add("first");
                    inBody.countDown();
                    go.await();
                    return "one";
                },
                (step, value) -> events.add("undo " + value));
        return ctx.step("second", String.class, step -> {
            events.add("second");
            return "done";
        });
    });

    private final Workflow<String, String> approval = (ctx, in) -> ctx.awaitSignal(APPROVAL);

    @Test
    void theBodyEndsAndNothingBehindItRunsUntilItIsResumed() throws InterruptedException {
        try (EngineNode node = node(saga)) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            assertThat(node.engine().admin().pause(id, WHY, Duration.ZERO)).isEmpty();
            awaitLooks(node); // so that the request has reached the workflow
            go.countDown();
            node.await(id, WorkflowStatus.PAUSED);
            awaitLooks(node);
            assertThat(events).containsExactly("first");
            assertThat(resume(node, id)).contains(WorkflowStatus.QUEUED);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("first", "second");
            assertThat(node.engine().admin().history(id, PageRequest.first(10)).items())
                    .extracting(HistoryItem::name, HistoryItem::state)
                    .contains(tuple("pause", "PAUSED"), tuple("resume", "RESUMED"));
        }
    }

    @Test
    void aSignalThatComesMeanwhileIsKeptAndWakesNothing() {
        try (EngineNode node = node(approval)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            assertThat(pause(node, id)).contains(WorkflowStatus.PAUSED);
            assertThat(node.find(id).waitingFor()).isEmpty();
            node.engine().signal(id, APPROVAL, "yes", "1");
            Await.until("it is recorded", () -> node.log(id).size() == 2);
            awaitLooks(node);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.PAUSED);
            resume(node, id);
            assertThat(node.engine().handle(WORK, id).result(WAIT)).isEqualTo("yes");
        }
    }

    @Test
    void aTimerThatCameDueMeanwhileFiresWhenItIsResumed() {
        Duration days = Duration.ofDays(2);
        try (EngineNode node = node((ctx, in) -> {
            ctx.sleep(days);
            return "slept";
        })) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            pause(node, id);
            clock.advance(days);
            awaitLooks(node);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.PAUSED);
            resume(node, id);
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void aBackOffInMemoryIsCutShort() {
        RetryPolicy soon =
                RetryPolicy.exponential(Duration.ofMillis(90), 1_000).factor(1).jitter(0);
        AtomicBoolean mended = new AtomicBoolean();
        try (EngineNode node = node((ctx, in) -> ctx.step(Step.named("call").retry(soon), String.class, step -> {
            if (!mended.get()) {
                throw new IllegalStateException("not now");
            }
            return "attempt";
        }))) {
            String id = node.submit(WORK, "").id();
            Await.until("it has failed", () -> node.log(id).size() > 1);
            assertThat(pause(node, id)).contains(WorkflowStatus.PAUSED);
            int records = node.log(id).size();
            awaitLooks(node);
            assertThat(node.log(id)).hasSize(records);
            mended.set(true);
            resume(node, id);
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void itIsPausedAfterARestartToo() {
        String id;
        try (EngineNode first = node(approval)) {
            id = first.submit(WORK, "").id();
            first.awaitWait(id);
            pause(first, id);
            first.crash();
        }
        try (EngineNode second = node(approval)) {
            awaitLooks(second);
            assertThat(second.find(id).status()).isEqualTo(WorkflowStatus.PAUSED);
            assertThat(pause(second, id)).as("again, under a key of its own").contains(WorkflowStatus.PAUSED);
            second.engine().signal(id, APPROVAL, "yes", "1");
            resume(second, id);
            second.await(id, WorkflowStatus.COMPLETED);
        }
    }

    /** A status that only the open row has is no truth. */
    @Test
    void oneThatWasLoadedWhilePausedIsPausedAgainAfterACrashTrap29() {
        String id;
        try (EngineNode first = node(approval)) {
            id = first.submit(WORK, "").id();
            first.awaitWait(id);
            pause(first, id);
            first.crash();
        }
        StoreNode dying = StoreNode.joining(new MemoryStore(database));
        WorkflowKey key = dying.store().locate(id).orElseThrow();
        try (Mailbox mailbox = dying.store().mailbox(key, 1)) {
            Await.done(mailbox.move(new WorkflowWrite.Loading(0, 1)));
        }
        dying.store().close();
        try (EngineNode second = node((ctx, in) -> {
            events.add("it runs");
            return in;
        })) {
            second.await(id, WorkflowStatus.PAUSED);
            awaitLooks(second);
            assertThat(events).isEmpty();
        }
    }

    @Test
    void aCancelEndsAPauseAndUndoes() throws InterruptedException {
        try (EngineNode node = node(saga)) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            node.engine().admin().pause(id, WHY, Duration.ZERO);
            awaitLooks(node);
            go.countDown();
            node.await(id, WorkflowStatus.PAUSED);
            node.engine().admin().cancel(id, WHY, WAIT);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("first", "undo one");
        }
    }

    @Test
    void aTerminateEndsAPause() {
        try (EngineNode node = node(approval)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            pause(node, id);
            assertThat(node.engine().admin().terminate(id, WHY, WAIT)).contains(WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void itIsRefusedWhereThereIsNothingToPauseOrToResume() {
        try (EngineNode node = node((ctx, in) -> {
            if (in.equals("park")) {
                throw new IllegalStateException("a defect");
            }
            return in.equals("wait") ? ctx.awaitSignal(APPROVAL) : in;
        })) {
            String parked = node.submit(WORK, "park").id();
            node.await(parked, WorkflowStatus.DEAD_LETTERED);
            String waiting = node.submit(WORK, "wait").id();
            node.awaitWait(waiting);
            String ended = node.submit(WORK, "").id();
            node.await(ended, WorkflowStatus.COMPLETED);
            assertThatThrownBy(() -> pause(node, parked))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("DEAD_LETTERED");
            assertThatThrownBy(() -> pause(node, ended))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("COMPLETED");
            assertThatThrownBy(() -> resume(node, waiting))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("WAITING")
                    .hasMessageContaining("not paused");
            assertThatThrownBy(() -> resume(node, ended)).isInstanceOf(ActionRefusedException.class);
        }
    }

    /** Loaded and unloaded, in the undo itself and in an exit action behind it. */
    @Test
    void itIsRefusedWhileTheWorkflowCompensates() throws InterruptedException {
        RetryPolicy later = RetryPolicy.exponential(Duration.ofHours(1), 5);
        AtomicBoolean down = new AtomicBoolean(true);
        try (EngineNode node = node((ctx, in) -> {
            ctx.onExit("exit", step -> {});
            return ctx.saga(saga -> {
                saga.step(Step.named("hold").retry(later), String.class, step -> "one", (step, value) -> {
                    inBody.countDown();
                    go.await();
                    if (down.getAndSet(false)) {
                        throw new IllegalStateException("the bank is down");
                    }
                });
                throw new WorkflowFailedException("no");
            });
        })) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            assertThatThrownBy(() -> pause(node, id))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("COMPENSATING");
            go.countDown();
            Await.until("it backs off", () -> node.find(id).waitingFor().isPresent());
            assertThatThrownBy(() -> pause(node, id))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("COMPENSATING");
            clock.advance(Duration.ofHours(2));
            node.await(id, WorkflowStatus.FAILED);
        }
    }
}
