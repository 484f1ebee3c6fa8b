package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.TooLargeException;
import dev.holdfast.TypeToken;
import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SubmitTest {
    record Order(String item, int quantity) {}

    private static final Definition<Order, String> ORDER = Definition.of("order", 1, Order.class, String.class);
    private static final Definition<Order, String> ORDER_2 = Definition.of("order", 2, Order.class, String.class);
    private static final Definition<Order, String> REFUND = Definition.of("refund", 1, Order.class, String.class);
    private static final Order BOOKS = new Order("book", 2);
    private static final Duration LONG = EngineNode.DEADLINE;

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    private EngineBuilder register(EngineBuilder builder) {
        return builder.register(
                        ORDER,
                        (ctx, in) -> ctx.step("one", String.class, step -> {
                            bodies.add(step.workflowId());
                            return "v1 " + in.quantity() + " " + in.item();
                        }))
                .register(ORDER_2, (ctx, in) -> "v2")
                .register(REFUND, (ctx, in) -> "refund");
    }

    private EngineNode node() {
        return EngineNode.start(database, this::register);
    }

    private static int workflows(EngineNode node) {
        return node.engine().admin().list(WorkflowFilter.newest(500)).items().size();
    }

    private static byte[] json(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void withoutAKeyEverySubmissionIsANewWorkflow() {
        try (EngineNode node = node()) {
            assertThat(node.submit(ORDER, BOOKS).id())
                    .isNotEqualTo(node.submit(ORDER, BOOKS).id());
            assertThat(workflows(node)).isEqualTo(2);
        }
    }

    @Test
    void theSameKeyIsTheSameWorkflow() {
        try (EngineNode node = node()) {
            Submission key = Submission.key("order-42");
            var first = node.engine().submit(ORDER, BOOKS, key);
            var again = node.engine().submit(ORDER, BOOKS, key.label("a", "b"));
            var json = node.engine().submitJson("order", 1, json("{ \"quantity\": 2,\n\"item\":\"b\\u006fok\"}"), key);
            assertThat(List.of(again.id(), json.id())).containsOnly(first.id());
            assertThat(first.result(LONG)).isEqualTo("v1 2 book");
            assertThat(again.result(LONG)).isEqualTo("v1 2 book");
            assertThat(json.result(LONG)).asString().isEqualTo("\"v1 2 book\"");
            assertThat(bodies).hasSize(1);
        }
    }

    @Test
    void theSameKeyOrIdWithAnotherInputIsAConflict() {
        try (EngineNode node = node()) {
            for (Submission submission : List.of(Submission.key("k"), Submission.id("i"))) {
                String id = node.engine().submit(ORDER, BOOKS, submission).id();
                SubmissionConflictException conflict = catchThrowableOfType(
                        SubmissionConflictException.class,
                        () -> node.engine().submit(ORDER, new Order("book", 3), submission));
                assertThat(conflict.existingId()).isEqualTo(id);
            }
            assertThat(workflows(node)).isEqualTo(2);
        }
    }

    /** Items in no order. */
    record Basket(Set<String> items) {}

    /** Cannot be compared. */
    record Odd(List<String> items) {
        @Override
        public boolean equals(@Nullable Object other) {
            throw new IllegalStateException("not comparable");
        }

        @Override
        public int hashCode() {
            return 0;
        }
    }

    private static <T> void submitEach(EngineNode node, Definition<T, String> definition, T first, T second) {
        for (Submission submission : List.of(Submission.key("k"), Submission.id(definition.name()))) {
            String id = node.engine().submit(definition, first, submission).id();
            assertThat(node.engine().submit(definition, second, submission).id())
                    .isEqualTo(id);
        }
    }

    @Test
    void equalInputsAreTheSameInputInWhateverOrderTheirJsonIs() {
        Definition<Basket, String> basket = Definition.of("basket", 1, Basket.class, String.class);
        Definition<byte[], String> bytes = Definition.of("bytes", 1, byte[].class, String.class);
        Definition<Odd, String> odd = Definition.of("odd", 1, Odd.class, String.class);
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.register(basket, (ctx, in) -> "")
                        .register(bytes, (ctx, in) -> "")
                        .register(odd, (ctx, in) -> ""))) {
            Basket once = new Basket(new LinkedHashSet<>(List.of("a", "b", "c")));
            submitEach(node, basket, once, new Basket(new LinkedHashSet<>(List.of("c", "b", "a"))));
            submitEach(node, bytes, new byte[] {1}, new byte[] {1});
            assertThatThrownBy(() -> submitEach(node, basket, once, new Basket(Set.of("a", "b"))))
                    .isInstanceOf(SubmissionConflictException.class);
            submitEach(node, odd, new Odd(List.of("a")), new Odd(List.of("a")));
            assertThatThrownBy(() -> submitEach(node, odd, new Odd(List.of("a")), new Odd(List.of("b"))))
                    .isInstanceOf(SubmissionConflictException.class);
            assertThat(workflows(node)).isEqualTo(6);
        }
    }

    @Test
    void anIdIsUniqueOverDefinitionsAKeyIsNot() {
        try (EngineNode node = node()) {
            node.run(ORDER, BOOKS, Submission.id("i"));
            assertThatThrownBy(() -> node.engine().submit(REFUND, BOOKS, Submission.id("i")))
                    .isInstanceOf(SubmissionConflictException.class);
            node.run(ORDER, BOOKS, Submission.key("k"));
            assertThat(node.run(REFUND, BOOKS, Submission.key("k"))).isEqualTo("refund");
        }
    }

    @Test
    void manyCallersWithOneKeyShareOneWorkflow() {
        try (EngineNode node = node();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<String>> results = IntStream.range(0, 50)
                    .mapToObj(caller -> threads.submit(() -> {
                        start.await();
                        return node.run(ORDER, BOOKS, Submission.key("race"));
                    }))
                    .toList();
            start.countDown();
            results.forEach(result -> assertThat(Await.done(result)).isEqualTo("v1 2 book"));
            assertThat(bodies).hasSize(1);
            assertThat(workflows(node)).isEqualTo(1);
        }
    }

    @Test
    void labelsAreKept() {
        try (EngineNode node = node()) {
            var handle = node.engine().submit(ORDER, BOOKS, Submission.plain().label("tenant", "acme"));
            assertThat(node.engine().admin().find(handle.id()).labels()).isEqualTo(Map.of("tenant", "acme"));
        }
    }

    @Test
    void jsonGoesToTheNewestVersionUnlessItNamesOne() {
        try (EngineNode node = node()) {
            byte[] input = json("{\"item\":\"book\",\"quantity\":2}");
            assertThat(node.engine()
                            .submitJson("order", input, Submission.plain())
                            .result(LONG))
                    .asString()
                    .isEqualTo("\"v2\"");
            assertThat(node.engine()
                            .submitJson("order", 1, input, Submission.plain())
                            .result(LONG))
                    .asString()
                    .isEqualTo("\"v1 2 book\"");
        }
    }

    @Test
    void whatIsNotRegisteredIsRefused() {
        Definition<Order, String> other = Definition.of("other", 1, Order.class, String.class);
        Definition<Order, String> third = Definition.of("order", 3, Order.class, String.class);
        try (EngineNode node = node()) {
            assertThatThrownBy(() -> node.submit(other, BOOKS))
                    .isInstanceOf(UnknownDefinitionException.class)
                    .hasMessageContaining("other")
                    .hasMessageContaining("refund");
            assertThatThrownBy(() -> node.submit(third, BOOKS))
                    .isInstanceOf(UnknownDefinitionException.class)
                    .hasMessageContaining("order version 2");
            assertThat(workflows(node)).isZero();
        }
    }

    @Test
    void badInputIsRefusedBeforeAnythingIsWritten() {
        try (EngineNode node = node()) {
            List<String> bad = List.of(
                    "", "{", "[]", "{\"item\":\"book\",\"quantity\":\"2\"}", "{\"item\":\"book\",\"colour\":1}");
            for (String input : bad) {
                for (Submission submission : List.of(Submission.plain(), Submission.key("k"))) {
                    assertThatThrownBy(() -> node.engine().submitJson("order", json(input), submission))
                            .as(input)
                            .isInstanceOf(InvalidInputException.class);
                }
            }
            assertThat(workflows(node)).isZero();
        }
    }

    @Test
    @SuppressWarnings("NullAway") // a program of users need not be checked
    void nullIsNoInput() {
        try (EngineNode node = node()) {
            assertThatThrownBy(() -> node.engine().submit(ORDER, null))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("input is null: expected a value of type")
                    .hasMessageContaining("Order");
            assertThat(workflows(node)).isZero();
        }
    }

    @Test
    void anInputOverTheLimitIsRefused() {
        int limit = EngineNode.CONFIG.payloadMaxBytes();
        int around = "{\"item\":\"\",\"quantity\":2}".length();
        try (EngineNode node = node()) {
            Order fits = new Order("x".repeat(limit - around), 2);
            Order over = new Order("x".repeat(limit - around + 1), 2);
            assertThat(node.run(ORDER_2, fits)).isEqualTo("v2");
            for (Submission submission : List.of(Submission.plain(), Submission.key("k"), Submission.id("i"))) {
                assertThatThrownBy(() -> node.engine().submit(ORDER_2, over, submission))
                        .isInstanceOf(TooLargeException.class)
                        .hasMessageContaining("" + (limit + 1));
            }
            assertThat(workflows(node)).isEqualTo(1);
        }
    }

    @Test
    void refusedSubmissionsLeaveTheirSlotsFree() {
        EngineConfig few = EngineConfig.defaults()
                .loadedMax(4)
                .pollInterval(Duration.ofDays(1))
                .keptLoaded(Duration.ZERO)
                .shutdownGrace(Duration.ZERO); // nothing queued is taken up
        try (EngineNode node = EngineNode.start(
                database, builder -> register(builder).config(few).codec(new Picky()))) {
            node.run(ORDER, BOOKS, Submission.key("k"));
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> node.engine().submit(ORDER, new Order("book", 9), Submission.key("k")))
                        .isInstanceOf(SubmissionConflictException.class);
                assertThatThrownBy(() -> node.engine().submit(ORDER, new Order("!", 1), Submission.key("k")))
                        .isInstanceOf(InvalidInputException.class);
                assertThat(node.run(ORDER, BOOKS, Submission.key("k"))).isEqualTo("v1 2 book");
                assertThatThrownBy(() -> node.engine().submit(ORDER, BOOKS, Submission.id("h1" + "0".repeat(32))))
                        .isInstanceOf(InvalidInputException.class);
            }
            assertThat(node.run(ORDER, BOOKS)).isEqualTo("v1 2 book");
            assertThat(node.run(ORDER, BOOKS, Submission.key("other"))).isEqualTo("v1 2 book");
        }
    }

    /** Has no digest of some inputs. */
    private static final class Picky implements Codec {
        private final Codec codec = new JacksonCodec();

        @Override
        public byte[] encode(@Nullable Object value, TypeToken<?> type) {
            return codec.encode(value, type);
        }

        @Override
        public <T> @Nullable T decode(byte[] bytes, TypeToken<T> type) {
            return codec.decode(bytes, type);
        }

        @Override
        public <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type) {
            return codec.decodeStrictly(bytes, type);
        }

        @Override
        public byte[] digest(byte[] bytes) {
            if (new String(bytes, UTF_8).contains("!")) {
                throw new InvalidInputException("it has no digest");
            }
            return codec.digest(bytes);
        }
    }
}
