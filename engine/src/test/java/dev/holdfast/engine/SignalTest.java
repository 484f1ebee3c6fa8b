package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals: kept, in order, each once. The numbers are those of the traps in the design. */
@Timeout(60)
final class SignalTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Signal<Integer> COUNT = Signal.named("count", Integer.class);
    private static final Duration DAYS = Duration.ofDays(2);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static List<String> history(EngineNode node, String id) {
        List<HistoryItem> items = node.engine()
                .admin()
                .history(id, new PageRequest(100, Optional.empty()))
                .items();
        return items.stream()
                .map(item -> item.kind() + " " + item.name() + " " + item.state())
                .toList();
    }

    private final Workflow<String, String> awaiting = (ctx, in) -> ctx.awaitSignal(GO);

    private final Workflow<String, String> atMost =
            (ctx, in) -> ctx.awaitSignal(GO, DAYS).orElse("nobody");

    @Test
    void aSignalWakesWhatWaitsForIt() {
        try (EngineNode node = node(awaiting)) {
            String id = node.submit(WORK, "").id();
            WorkflowSummary.Waiting wait = node.awaitWait(id);
            assertThat(wait.kind() + " " + wait.name() + " " + wait.until()).isEqualTo("signal go Optional.empty");
            node.engine().signal(id, GO, "now");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("now");
            assertThat(history(node, id))
                    .containsExactly("SIGNAL go received", "SIGNAL go taken", "DECISION end COMPLETED");
        }
    }

    @Test
    void aSignalBeforeItsAwaitIsKeptTrap5() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("long", step -> {
                inBody.countDown();
                leave.await();
            });
            return ctx.awaitSignal(GO) + ctx.awaitSignal(GO);
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("it runs", () -> inBody.getCount() == 0);
            node.engine().signal(id, GO, "a");
            node.engine().signal(id, GO, "b");
            Await.until("both are recorded", () -> node.log(id).size() == 3);
            leave.countDown();
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("ab");
        }
    }

    @Test
    void aSignalOfAnotherNameWakesNobodyAndIsKeptTrap4() {
        try (EngineNode node = node((ctx, in) -> ctx.awaitSignal(GO) + ctx.awaitSignal(COUNT))) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            node.engine().signal(id, COUNT, 7);
            Await.until("it is recorded", () -> node.log(id).size() == 1);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.WAITING);
            node.engine().signal(id, GO, "go");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("go7");
        }
    }

    @Test
    void aKeyCountsOnceAlsoAfterRestartsAndTheEndTrap8() {
        AtomicInteger taken = new AtomicInteger();
        Workflow<String, String> code = (ctx, in) -> {
            String first = ctx.awaitSignal(GO);
            ctx.sleep(DAYS);
            taken.set(1);
            return first + ctx.awaitSignal(GO);
        };
        String id;
        String signal;
        try (EngineNode node = node(code)) {
            id = node.submit(WORK, "").id();
            signal = node.engine().signal(id, GO, "a", "key-1");
            assertThat(node.engine().signal(id, GO, "a", "key-1")).isEqualTo(signal);
            Await.until(
                    "it sleeps",
                    () -> node.find(id)
                            .waitingFor()
                            .map(WorkflowSummary.Waiting::kind)
                            .equals(Optional.of("timer")));
            node.crash();
        }
        try (EngineNode node = node(code)) {
            assertThat(node.engine().signal(id, GO, "a", "key-1")).isEqualTo(signal);
            clock.advance(DAYS);
            Await.until("it has slept", () -> taken.get() == 1);
            node.awaitWait(id);
            node.engine().signal(id, GO, "b", "key-2");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("ab");
            assertThat(node.engine().signal(id, GO, "a", "key-1")).isEqualTo(signal);
            assertThat(node.log(id))
                    .filteredOn(record -> record.event() instanceof HistoryEvent.SignalReceived)
                    .hasSize(2);
            assertThatThrownBy(() -> node.engine().signal(id, GO, "c", "key-3"))
                    .isInstanceOf(WorkflowEndedException.class)
                    .hasMessageContaining("has ended as COMPLETED");
        }
    }

    @Test
    void theTimeEndsAnAwaitTrap20() {
        try (EngineNode node = node(atMost)) {
            String id = node.submit(WORK, "").id();
            assertThat(node.awaitWait(id).until()).isPresent();
            clock.advance(DAYS);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("nobody");
            assertThat(history(node, id))
                    .containsExactly("SIGNAL go awaited", "SIGNAL go timed-out", "DECISION end COMPLETED");
        }
    }

    @Test
    void anAwaitOfNoTimeTakesOnlyWhatIsThere() {
        try (EngineNode node = node((ctx, in) -> {
            String first = ctx.awaitSignal(GO, Duration.ZERO).orElse("none");
            return first + ctx.awaitSignal(GO);
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("it has decided", () -> history(node, id).contains("SIGNAL go timed-out"));
            node.engine().signal(id, GO, "late");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("nonelate");
        }
    }

    @Test
    void whatWasSentInTimeWinsAlsoIfNoNodeWasThereTrap14() {
        String id;
        try (EngineNode node = node(atMost)) {
            id = node.submit(WORK, "").id();
            node.awaitWait(id);
            clock.advance(DAYS); // exactly at the deadline
            node.crash();
        }
        try (EngineNode gateway = EngineNode.start(database, builder -> builder)) {
            gateway.engine().signal(id, GO, "in time");
            gateway.crash();
        }
        clock.advance(DAYS);
        try (EngineNode node = node(atMost)) {
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("in time");
        }
    }

    @Test
    void whatWasSentTooLateIsLeftForTheNextAwaitTrap9() {
        Workflow<String, String> code = (ctx, in) -> {
            String first = ctx.awaitSignal(GO, DAYS).orElse("nobody");
            return first + ctx.awaitSignal(GO);
        };
        String id;
        try (EngineNode node = node(code)) {
            id = node.submit(WORK, "").id();
            node.awaitWait(id);
            node.crash();
        }
        clock.advance(DAYS.plusMillis(1));
        try (EngineNode gateway = EngineNode.start(database, builder -> builder)) {
            gateway.engine().signal(id, GO, " late");
            gateway.crash();
        }
        try (EngineNode node = node(code)) {
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("nobody late");
        }
    }

    @Test
    void aPayloadOfAnotherTypeParksAtTheAwaitAndIsNotLostTrap7() {
        Signal<Integer> wrong = Signal.named("go", Integer.class);
        AtomicInteger version = new AtomicInteger();
        try (EngineNode node =
                node((ctx, in) -> version.get() == 0 ? String.valueOf(ctx.awaitSignal(wrong)) : ctx.awaitSignal(GO))) {
            String id = node.submit(WORK, "").id();
            node.engine().signal(id, GO, "text");
            assertThat(node.deadLetter(id).cause()).isEqualTo(DeadLetter.Cause.UNDECODABLE);
            version.set(1);
            String letter = node.find(id).deadLetter().orElseThrow();
            node.engine().admin().retry(letter, ActionOptions.because("mended"), EngineNode.DEADLINE);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("text");
        }
    }

    @Test
    void whatIsNotTakenIsShownAsUndeliveredAndRevivesNothingTrap6() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("long", step -> {
                inBody.countDown();
                leave.await();
            });
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("it runs", () -> inBody.getCount() == 0);
            node.engine().signal(id, GO, "unheard");
            Await.until("it is recorded", () -> node.log(id).size() == 2);
            leave.countDown();
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(history(node, id)).contains("SIGNAL go undelivered");
            assertThatThrownBy(() -> node.engine().signal(id, GO, "too late"))
                    .isInstanceOf(WorkflowEndedException.class);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.COMPLETED);
        }
    }

    @RepeatedTest(5)
    void aCancelEndsAnAwaitLoadedOrNotTrap17() {
        for (boolean loaded : List.of(true, false)) {
            try (EngineNode node = EngineNode.start(
                    new MemoryDatabase(),
                    builder -> builder.config(
                                    EngineNode.CONFIG.keptLoaded(loaded ? EngineNode.DEADLINE : Duration.ZERO))
                            .register(
                                    WORK,
                                    (ctx, in) -> ctx.saga(saga -> {
                                        saga.run("hold", step -> {}, step -> events.add("undo"));
                                        return ctx.awaitSignal(GO);
                                    })))) {
                String id = node.submit(WORK, "").id();
                Await.until(
                        "it waits",
                        () -> loaded ? node.log(id).size() == 2 : node.find(id).status() == WorkflowStatus.WAITING);
                node.engine().admin().cancel(id, ActionOptions.because("why not"), Duration.ZERO);
                node.await(id, WorkflowStatus.CANCELLED);
            }
        }
        assertThat(events).containsExactly("undo", "undo");
    }

    @Test
    void signalsReachAParkedWorkflowOnceItIsRetried() {
        AtomicInteger version = new AtomicInteger();
        try (EngineNode node = node((ctx, in) -> {
            if (version.get() == 0) {
                throw new IllegalStateException("a bug");
            }
            return ctx.awaitSignal(GO);
        })) {
            String id = node.submit(WORK, "").id();
            node.deadLetter(id);
            node.engine().signal(id, GO, "meanwhile");
            Await.until("it is recorded", () -> node.log(id).size() == 2);
            String letter = node.find(id).deadLetter().orElseThrow();
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
            version.set(1);
            node.engine().admin().retry(letter, ActionOptions.because("mended"), EngineNode.DEADLINE);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("meanwhile");
        }
    }

    @Test
    void manySignalsAreTakenInOrderEachOnce() {
        int number = 500;
        try (EngineNode node = node((ctx, in) -> {
            List<Integer> taken = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                taken.add(ctx.awaitSignal(COUNT));
            }
            return taken.toString();
        })) {
            String id = node.submit(WORK, "").id();
            for (int i = 0; i < number; i++) {
                node.engine().signal(id, COUNT, i, "key-" + i);
                node.engine().signal(id, COUNT, i, "key-" + i / 2);
            }
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo(IntStream.range(0, number).boxed().toList().toString());
        }
    }

    /** Between the look of the code and its unloading, a signal finds one of the two: trap 10. */
    @Test
    void noSignalIsLostWhileTheWorkflowUnloadsTrap10() {
        try (EngineNode node = EngineNode.start(
                new MemoryDatabase(),
                builder -> builder.config(EngineNode.CONFIG.keptLoaded(Duration.ZERO))
                        .register(WORK, (ctx, in) -> {
                            int sum = 0;
                            for (int i = 0; i < 300; i++) {
                                sum += ctx.awaitSignal(COUNT);
                            }
                            return String.valueOf(sum);
                        }))) {
            String id = node.submit(WORK, "").id();
            for (int i = 0; i < 300; i++) {
                node.engine().signal(id, COUNT, 1, "key-" + i);
                if (i % 3 == 0) {
                    int seen = i + 1;
                    Await.until(
                            "it has taken " + seen,
                            () -> node.log(id).stream()
                                            .filter(record -> record.event() instanceof HistoryEvent.SignalTaken)
                                            .count()
                                    == seen);
                }
            }
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("300");
        }
    }

    @Test
    void aWorkflowThatCannotBeReadDelaysNoOtherSignal() {
        MemoryStore store = new MemoryStore(database);
        AtomicReference<String> torn = new AtomicReference<>("");
        Store tearing = Intercepted.proxy(Store.class, (method, arguments) -> {
            boolean reads = method.getName().startsWith("head");
            if (reads && !torn.get().isEmpty() && Arrays.toString(arguments).contains(torn.get())) {
                throw new IllegalStateException("its rows are torn");
            }
            return Intercepted.call(store, method, arguments);
        });
        try (Engine engine = EngineBuilder.on(telemetry -> tearing)
                .config(EngineNode.CONFIG)
                .register(WORK, awaiting)
                .start()) {
            String unreadable = engine.submit(WORK, "").id();
            String other = engine.submit(WORK, "").id();
            for (String id : List.of(unreadable, other)) {
                Await.until("it waits", () -> engine.handle(WORK, id).status() == WorkflowStatus.WAITING);
            }
            torn.set(store.locate(unreadable).orElseThrow().uid().toString());
            engine.signal(unreadable, GO, "unread");
            engine.signal(other, GO, "read");
            assertThat(engine.handle(WORK, other).result(EngineNode.DEADLINE)).isEqualTo("read");
            torn.set("");
            assertThat(engine.handle(WORK, unreadable).result(EngineNode.DEADLINE))
                    .isEqualTo("unread");
        }
    }

    @Test
    void whatCannotBeSentIsRefusedInWords() {
        try (EngineNode node = node(awaiting)) {
            String id = node.submit(WORK, "").id();
            assertThatThrownBy(() -> node.engine().signal("h1nobody", GO, "x"))
                    .isInstanceOf(UnknownWorkflowException.class);
            assertThatThrownBy(() -> node.engine().signal(id, GO, "x".repeat(256 << 10)))
                    .isInstanceOf(TooLargeException.class)
                    .hasMessageContaining("the payload of the signal");
            assertThatThrownBy(() -> node.engine().signalJson(id, "go", "{".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> node.engine().signalJson(id, "No Name", "1".getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("signal name");
            assertThat(node.log(id)).isEmpty();
            node.engine().signalJson(id, "unknown", "1".getBytes(StandardCharsets.UTF_8));
            Await.until(
                    "it is kept: the code may ask for it later",
                    () -> node.log(id).size() == 1);
        }
    }
}
