package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.TooLargeException;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workflows whose histories are long, on nodes with little memory for them. */
@Timeout(60)
final class LongHistoryTest {
    /** The input is the number of large values. */
    private static final Definition<Integer, Integer> WORK = Definition.of("work", 1, Integer.class, Integer.class);

    private static final ActionOptions WHY = ActionOptions.because("because").by("ann");
    private static final String LARGE = "x".repeat(100_000);
    /** Room for two of three large values each. */
    private static final long LITTLE = 1 << 20;

    private static final int THREE = 3;
    private static final int TOO_MANY = 11;

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final AtomicInteger bodies = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch go = new CountDownLatch(1);

    /** Large values, then a step that waits until it is let. */
    private final Workflow<Integer, Integer> code = (ctx, in) -> {
        for (int i = 0; i < in; i++) {
            ctx.step("large", String.class, step -> LARGE);
        }
        return ctx.step("last", Integer.class, step -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            bodies.incrementAndGet();
            try {
                go.await();
            } finally {
                running.decrementAndGet();
            }
            return in;
        });
    };

    private EngineNode node(long bytes) {
        return node(new CrashingStore(new MemoryStore(database), CrashPlan.NEVER), bytes);
    }

    private EngineNode node(CrashingStore store, long bytes) {
        return node(store, EngineNode.CONFIG.loadedMaxBytes(bytes));
    }

    private EngineNode node(CrashingStore store, EngineConfig config) {
        return EngineNode.start(
                database, store, builder -> builder.config(config).register(WORK, code));
    }

    /** These are in their last body when their process dies. */
    private List<String> crashed(List<Integer> sizes) {
        EngineNode node = node(64 << 20);
        List<String> ids =
                sizes.stream().map(size -> node.submit(WORK, size).id()).toList();
        Await.until("all are in the last body", () -> running.get() == sizes.size());
        node.crash();
        Await.until("no body runs", () -> running.get() == 0);
        most.set(0);
        bodies.set(0);
        return ids;
    }

    private StoredWorkflow stored(String id) {
        Store store = new MemoryStore(database);
        return store.load(List.of(store.locate(id).orElseThrow())).getFirst();
    }

    @Test
    void thoseThatDoNotFitTogetherRunOneAfterTheOther() {
        List<String> ids = crashed(IntStream.range(0, 12).mapToObj(i -> THREE).toList());
        try (EngineNode node = node(LITTLE)) {
            Await.until("there is no more room", () -> running.get() == 2);
            int looks = node.store().looks();
            Await.until("polls go on", () -> node.store().looks() > looks + 5);
            assertThat(node.submit(WORK, 0).id()).isNotEmpty();
            Await.until("a short one runs beside them", () -> running.get() == 3);
            go.countDown();
            ids.forEach(id -> node.await(id, WorkflowStatus.COMPLETED));
        }
        assertThat(most).hasValue(3);
        assertThat(bodies).hasValue(13);
    }

    @Test
    void anInputThatWouldFitNowhereIsRefused() {
        Definition<String, Integer> length = Definition.of("length", 1, String.class, Integer.class);
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMaxBytes(LITTLE))
                        .register(length, (ctx, in) -> in.length()))) {
            assertThatThrownBy(() -> node.submit(length, "x".repeat(800_000))).isInstanceOf(TooLargeException.class);
            assertThat(node.run(length, "x".repeat(700_000))).isEqualTo(700_000);
        }
    }

    @Test
    void theyWaitForNoPoll() {
        List<String> ids = crashed(IntStream.range(0, 12).mapToObj(i -> THREE).toList());
        go.countDown();
        CrashingStore store = new CrashingStore(new MemoryStore(database), CrashPlan.NEVER);
        EngineConfig config = EngineNode.CONFIG.loadedMaxBytes(LITTLE).pollInterval(Duration.ofHours(1));
        try (EngineNode node = node(store, config)) {
            ids.forEach(id -> node.await(id, WorkflowStatus.COMPLETED));
        }
    }

    @Test
    void oneThatIsTooLargeIsParkedAndTheOthersGoOn() {
        List<String> ids = crashed(List.of(THREE, TOO_MANY, 0));
        go.countDown();
        try (EngineNode node = node(LITTLE)) {
            node.await(ids.get(0), WorkflowStatus.COMPLETED);
            node.await(ids.get(2), WorkflowStatus.COMPLETED);
            String id = ids.get(1);
            ParkingReason letter = node.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(DeadLetter.Cause.HISTORY_LIMIT);
            assertThat(letter.step()).isEqualTo("last");
            assertThat(letter.failure().message()).contains("room for 786432").contains("loadedMaxBytes");
            assertThatThrownBy(() -> node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE))
                    .isInstanceOf(ActionRefusedException.class);
            String first = retry(node, id);
            Await.until(
                    "it is parked again",
                    () -> node.find(id)
                            .deadLetter()
                            .filter(next -> !next.equals(first))
                            .isPresent());
        }
        try (EngineNode node = node(2 * LITTLE)) {
            assertThat(retry(node, ids.get(1))).isNotEmpty();
            node.await(ids.get(1), WorkflowStatus.COMPLETED);
        }
        assertThat(bodies).hasValue(3);
    }

    /** Retries its open dead letter; returns the id of the letter. */
    private static String retry(EngineNode node, String id) {
        String letter = node.find(id).deadLetter().orElseThrow();
        assertThat(node.engine().admin().retry(letter, WHY, EngineNode.DEADLINE))
                .contains(WorkflowStatus.QUEUED);
        return letter;
    }

    /** A process that dies of a history has counted the load before it read it. */
    @Test
    void aProcessThatDiesWhileItReadsCounts() {
        String id = crashed(List.of(THREE)).getFirst();
        for (int death = 1; death < 5; death++) {
            CrashingStore store = new CrashingStore(new MemoryStore(database), CrashPlan.NEVER);
            store.onRead(key -> store.crash());
            EngineNode node = node(store, LITTLE);
            Await.until("it dies", store::isDead);
            node.close();
            assertThat(stored(id).loads()).isEqualTo(death);
        }
        try (EngineNode node = node(LITTLE)) {
            node.store().onRead(key -> {
                throw new AssertionError("it is read");
            });
            assertThat(node.deadLetter(id).cause()).isEqualTo(DeadLetter.Cause.POISON);
        }
        assertThat(bodies).hasValue(0);
    }

    @Test
    void oneThatCannotBeReadIsDueLaterAndDelaysNoOther() {
        List<String> ids = crashed(List.of(THREE, THREE, THREE));
        go.countDown();
        Set<WorkflowKey> failed = ConcurrentHashMap.newKeySet();
        CrashingStore store = new CrashingStore(new MemoryStore(database), CrashPlan.NEVER);
        WorkflowKey broken = store.locate(ids.get(1)).orElseThrow();
        store.onRead(key -> {
            if (key.equals(broken)) {
                throw new IllegalStateException("it cannot be read");
            }
            if (failed.add(key)) {
                throw new StoreUnavailableException("it is away", null);
            }
        });
        try (EngineNode node = node(store, LITTLE)) {
            node.await(ids.get(0), WorkflowStatus.COMPLETED);
            node.await(ids.get(2), WorkflowStatus.COMPLETED);
            node.await(ids.get(1), WorkflowStatus.QUEUED);
        }
        clock.advance(Duration.ofMinutes(1)); // when it is tried again
        try (EngineNode node = node(LITTLE)) {
            node.await(ids.get(1), WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void oneThatIsReadWhenItsNodeClosesIsDueAgain() {
        String id = crashed(List.of(THREE)).getFirst();
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        CrashingStore store = new CrashingStore(new MemoryStore(database), CrashPlan.NEVER);
        store.onRead(key -> {
            reads.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new StoreUnavailableException("interrupted", null, e);
            }
        });
        EngineNode closing = node(store, LITTLE);
        Await.until("it is read", () -> reads.getCount() == 0);
        closing.close();
        assertThat(stored(id).wasCutOff()).isFalse();
        assertThat(stored(id).loads()).isEqualTo(1);
        go.countDown();
        try (EngineNode node = node(LITTLE)) {
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void oneThatWaitsForRoomCanBeTerminatedAndCancelled() {
        List<String> ids = crashed(List.of(TOO_MANY - 4, TOO_MANY - 4, TOO_MANY - 4, TOO_MANY - 4));
        try (EngineNode node = node(LITTLE)) {
            Await.until("there is no more room", () -> running.get() == 1);
            List<String> waiting =
                    ids.stream().filter(id -> stored(id).loads() == 0).toList();
            assertThat(waiting).hasSize(3);
            assertThat(node.engine().admin().terminate(waiting.get(0), WHY, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.CANCELLED);
            assertThat(node.engine().admin().cancel(waiting.get(1), WHY, Duration.ZERO))
                    .isEmpty();
            go.countDown();
            node.await(waiting.get(1), WorkflowStatus.CANCELLED);
            node.await(waiting.get(2), WorkflowStatus.COMPLETED);
        }
        assertThat(bodies).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void oneThatIsCancelledWhileItIsReadGetsTheCancel() {
        String id = crashed(List.of(THREE)).getFirst();
        CountDownLatch reads = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        CrashingStore store = new CrashingStore(new MemoryStore(database), CrashPlan.NEVER);
        store.onRead(key -> {
            reads.countDown();
            Await.until("it may be read", () -> read.getCount() == 0);
        });
        try (EngineNode node = node(store, LITTLE)) {
            Await.until("it is read", () -> reads.getCount() == 0);
            assertThat(node.engine().admin().cancel(id, WHY, Duration.ZERO)).isEmpty();
            read.countDown();
            go.countDown();
            Await.until("it has ended", () -> node.find(id).status().isFinal());
        }
    }
}
