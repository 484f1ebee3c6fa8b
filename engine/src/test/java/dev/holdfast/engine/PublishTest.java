package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.TooLargeException;
import dev.holdfast.UndecodableException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Values that a workflow publishes: recorded once, read by others, refused beyond the limits. */
@Timeout(60)
final class PublishTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration DAYS = Duration.ofDays(2);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();

    record Offer(String supplier, int price) {}

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static List<String> published(EngineNode node, String id) {
        return node.engine().admin().published(id).stream()
                .map(value -> value.name() + " " + new String(value.value(), UTF_8))
                .toList();
    }

    private static List<HistoryEvent.Published> recorded(EngineNode node, String id) {
        return node.log(id).stream()
                .filter(record -> record.event() instanceof HistoryEvent.Published)
                .map(record -> (HistoryEvent.Published) record.event())
                .toList();
    }

    /** Publishes while it waits, once it was loaded again, and never twice. */
    @Test
    void aReplayPublishesNothingAgain() {
        Workflow<String, String> code = (ctx, in) -> {
            ctx.publish("offer", new Offer("a", events.size()));
            events.add("began");
            ctx.sleep(DAYS);
            ctx.publish("offer", new Offer("b", 2));
            ctx.sleep(DAYS);
            return "";
        };
        String id;
        try (EngineNode first = node(code)) {
            WorkflowHandle<String> handle = first.submit(WORK, "");
            id = handle.id();
            first.awaitWait(id);
            assertThat(handle.published("offer", Offer.class)).contains(new Offer("a", 0));
            assertThat(handle.published("other", Offer.class)).isEmpty();
            first.crash();
        }
        clock.advance(DAYS);
        try (EngineNode second = node(code)) {
            Await.until(
                    "the second offer",
                    () -> published(second, id).equals(List.of("offer {\"supplier\":\"b\",\"price\":2}")));
            second.awaitWait(id); // the second sleep is recorded
            second.crash();
        }
        clock.advance(DAYS);
        try (EngineNode third = node(code)) {
            third.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).hasSize(3);
            assertThat(recorded(third, id))
                    .extracting(HistoryEvent.Published::name)
                    .containsExactly("offer", "offer");
            PublishedValue last = third.engine().admin().published(id).getFirst();
            assertThat(last.at()).isEqualTo(third.log(id).get(last.seq() - 1).at());
        }
    }

    @Test
    void aValueCostsNoCommitOfItsOwn() {
        try (EngineNode node = node((ctx, in) -> {
            for (int i = 0; i < 50; i++) {
                ctx.publish("progress", i);
            }
            return ctx.step("last", String.class, step -> "done");
        })) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(published(node, id)).containsExactly("progress 49");
            assertThat(recorded(node, id)).hasSize(50);
            assertThat(node.engine().admin().history(id, PageRequest.first(1)).items())
                    .extracting(item -> item.kind() + " " + item.name() + " " + item.state())
                    .containsExactly(HistoryItem.Kind.DECISION + " progress published");
        }
    }

    /** What is not committed yet is in memory. */
    @Test
    void aLoopWaitsForItsCommits() {
        String value = "x".repeat(60 << 10);
        AtomicLong most = new AtomicLong();
        try (EngineNode node = node((ctx, in) -> {
            for (int i = 1; i <= 50; i++) {
                ctx.publish("progress", value);
                most.accumulateAndGet(i - database.records(), Math::max);
            }
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(recorded(node, id)).hasSize(50);
            assertThat(most.get()).isBetween(0L, 2L);
        }
    }

    @Test
    void allKindsOfValuesAreWritten() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.publish("list", List.of(new Offer("a", 1)));
            ctx.publish("map", Map.of("n", 1));
            ctx.publish("text", "\u00e4");
            return "";
        })) {
            WorkflowHandle<String> handle = node.submit(WORK, "");
            node.await(handle.id(), WorkflowStatus.COMPLETED);
            assertThat(published(node, handle.id()))
                    .containsExactly("list [{\"supplier\":\"a\",\"price\":1}]", "map {\"n\":1}", "text \"\u00e4\"");
            assertThat(handle.published("text", String.class)).contains("\u00e4");
            assertThatThrownBy(() -> handle.published("text", Offer.class)).isInstanceOf(UndecodableException.class);
            assertThatThrownBy(() -> handle.published("No", Offer.class)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aValueThatIsTooLargeIsNotRecordedAndMayBeCaught() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.publish("text", "x".repeat((64 << 10) - 2));
            try {
                ctx.publish("text", "x".repeat((64 << 10) - 1));
            } catch (TooLargeException e) {
                events.add(e.getMessage());
            }
            ctx.sleep(DAYS);
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            clock.advance(DAYS);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(recorded(node, id)).hasSize(1);
            assertThat(events)
                    .hasSize(2)
                    .allSatisfy(message -> assertThat(message)
                            .startsWith("the value published as \"text\" has 65537 bytes: the limit is 65536"));
        }
    }

    @Test
    void oneNameTooManyIsRefusedAtTheSameCallAgain() {
        Workflow<String, String> code = (ctx, in) -> {
            for (int i = 0; i < 100; i++) {
                ctx.publish("name-" + i, i);
            }
            ctx.publish("name-7", "again");
            ctx.sleep(DAYS);
            ctx.publish("one-more", 1);
            return "";
        };
        try (EngineNode node = node(code)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            clock.advance(DAYS);
            ParkingReason letter = node.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(letter.failure().message())
                    .startsWith("publish of \"one-more\": this workflow has published under 100 names, which is");
            assertThat(published(node, id)).hasSize(100).contains("name-7 \"again\"");
        }
    }

    @Test
    void namesAndNullsAreChecked() {
        try (EngineNode node = node((ctx, in) -> {
            for (String name : List.of("", "A", "a b", "x".repeat(101))) {
                assertThatThrownBy(() -> ctx.publish(name, 1))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("expected 1 to 100 characters of a-z 0-9 . _ -");
            }
            assertThatThrownBy(() -> ctx.publish("a", nothing()))
                    .hasMessage("publish of \"a\": the value is null: expected a value");
            ctx.run("inside", step -> ctx.publish("a", 1));
            return "";
        })) {
            ParkingReason letter = node.deadLetter(node.submit(WORK, "").id());
            assertThat(letter.failure().message()).contains("inside the body of a step");
        }
    }

    @SuppressWarnings("NullAway") // what code without checks passes
    private static Object nothing() {
        return null;
    }

    /** The code changes while it waits. */
    private ParkingReason changed(Workflow<String, String> before, Workflow<String, String> after) {
        String id;
        try (EngineNode first = node((ctx, in) -> {
            String result = before.run(ctx, in);
            ctx.sleep(DAYS);
            return result;
        })) {
            id = first.submit(WORK, "").id();
            first.awaitWait(id);
        }
        clock.advance(DAYS);
        try (EngineNode second = node(after)) {
            return second.deadLetter(id);
        }
    }

    @Test
    void anotherCallAtItsPlaceIsAMismatch() {
        ParkingReason renamed = changed(
                (ctx, in) -> {
                    ctx.publish("offer", 1);
                    return "";
                },
                (ctx, in) -> {
                    ctx.publish("price", 1);
                    return "";
                });
        assertThat(renamed.cause()).isEqualTo(Cause.HISTORY_MISMATCH);
        assertThat(renamed.failure().message())
                .startsWith("at call 0 the log has publish of \"offer\", but the code has publish of \"price\"");
        ParkingReason inPlaceOfNow = changed((ctx, in) -> ctx.now().toString(), (ctx, in) -> {
            ctx.publish("price", 1);
            return "";
        });
        assertThat(inPlaceOfNow.failure().message())
                .startsWith("at call 0 the log has now, but the code has publish of \"price\"");
    }

    @Test
    void aCancelIsDeliveredAtTheCall() throws InterruptedException {
        CountDownLatch inStep = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("first", step -> {
                inStep.countDown();
                asked.await();
            });
            ctx.publish("never", 1);
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            inStep.await();
            node.engine().admin().cancel(id, ActionOptions.because("enough"), Duration.ZERO);
            int before = node.store().looks();
            Await.until("the cancel has arrived", () -> node.store().looks() > before + 2);
            asked.countDown();
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(published(node, id)).isEmpty();
        }
    }

    @Test
    void anUnknownWorkflowIsRefused() {
        try (EngineNode node = node((ctx, in) -> "")) {
            assertThatThrownBy(() -> node.engine().admin().published("none"))
                    .isInstanceOf(UnknownWorkflowException.class);
            WorkflowHandle<String> handle = node.submit(WORK, "");
            node.await(handle.id(), WorkflowStatus.COMPLETED);
            node.engine().admin().erase(handle.id(), ActionOptions.because("the law"), EngineNode.DEADLINE);
            assertThatThrownBy(() -> handle.published("offer", String.class))
                    .isInstanceOf(UnknownWorkflowException.class);
        }
    }
}
