package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Step;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values that are too large, cannot be written, or cannot be read back. */
@Timeout(60)
final class ValueTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    private final MemoryDatabase database = new MemoryDatabase();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private ParkingReason parks(Workflow<String, String> code) {
        try (EngineNode node = node(code)) {
            return node.deadLetter(node.submit(WORK, "in").id());
        }
    }

    @Test
    void aValueOverTheLimitParks() {
        ParkingReason letter = parks((ctx, in) -> ctx.step("big", String.class, step -> "x".repeat(2 << 20)));
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(letter.step()).isEqualTo("big");
        assertThat(letter.failure().message()).contains("1048576").contains("big");
    }

    @Test
    void aValueAtTheLimitIsFine() {
        String value = "x".repeat((1 << 20) - 2);
        try (EngineNode node = node((ctx, in) -> ctx.step("big", String.class, step -> value))) {
            assertThat(node.run(WORK, "in")).isEqualTo(value);
        }
    }

    @Test
    void aResultOverTheLimitParks() {
        ParkingReason letter = parks((ctx, in) -> "x".repeat(2 << 20));
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(letter.failure().message()).contains("result");
    }

    /** Refers to itself. */
    record Endless(List<Object> self) {}

    @Test
    void aValueThatCannotBeWrittenParks() {
        ParkingReason letter = parks((ctx, in) -> ctx.step("endless", Endless.class, step -> {
                    Endless endless = new Endless(new CopyOnWriteArrayList<>());
                    endless.self().add(endless);
                    return endless;
                })
                .toString());
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(letter.step()).isEqualTo("endless");
    }

    @Test
    void aRecordedValueThatCannotBeReadParks() throws InterruptedException {
        CountDownLatch inSecond = new CountDownLatch(1);
        String id;
        try (EngineNode first = node((ctx, in) -> {
            ctx.step("odd", String.class, step -> "x");
            ctx.run("wait", step -> {
                inSecond.countDown();
                new CountDownLatch(1).await();
            });
            return "";
        })) {
            id = first.submit(WORK, "in").id();
            inSecond.await();
            first.crash();
        }
        try (EngineNode second =
                node((ctx, in) -> ctx.step("odd", Integer.class, step -> 1).toString())) {
            ParkingReason letter = second.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(Cause.UNDECODABLE);
            assertThat(letter.step()).isEqualTo("odd");
            assertThat(letter.position()).isEqualTo(Position.main(0));
            assertThat(letter.failure().message()).contains("Integer");
        }
    }

    /** Its JSON cannot be read back. */
    record OneWay(String text) {
        OneWay {
            if (text.startsWith("!")) {
                throw new IllegalArgumentException("text starts with !");
            }
        }

        @com.fasterxml.jackson.annotation.JsonProperty("text")
        String shown() {
            return "!" + text;
        }
    }

    /** Has nothing that a reader could call. */
    static final class NoCreator {
        public final int number;

        NoCreator(int number) {
            this.number = number;
        }
    }

    static List<Arguments> unreadable() {
        return List.of(
                Arguments.of(TypeToken.of(OneWay.class), new OneWay("x")),
                Arguments.of(TypeToken.of(NoCreator.class), new NoCreator(1)),
                Arguments.of(TypeToken.of(int.class), null));
    }

    private static int workflows(EngineNode node) {
        return node.engine().admin().list(WorkflowFilter.newest(500)).items().size();
    }

    /** Refused where it is made, and not when it is needed again. */
    @ParameterizedTest
    @MethodSource("unreadable")
    @SuppressWarnings("NullAway") // a program of users need not be checked
    <T> void aValueThatCouldNotBeReadAgainParksAtOnce(TypeToken<T> type, @Nullable T value) {
        ParkingReason ofStep = parks((ctx, in) -> "" + ctx.step(Step.named("odd"), type, step -> value));
        assertThat(ofStep.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(ofStep.step()).isEqualTo("odd");
        assertThat(ofStep.attempts()).isOne();
        assertThat(ofStep.failure().message()).contains("value of step odd").contains(type.toString());

        Definition<T, T> echo = new Definition<>("echo", 1, type, type);
        Definition<String, T> makes = new Definition<>("makes", 1, TypeToken.of(String.class), type);
        try (EngineNode node = EngineNode.start(
                database, builder -> builder.register(echo, (ctx, in) -> in).register(makes, (ctx, in) -> value))) {
            ParkingReason ofResult = node.deadLetter(node.submit(makes, "in").id());
            assertThat(ofResult.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(ofResult.failure().message()).contains("the result").contains(type.toString());
            int before = workflows(node);
            assertThatThrownBy(() -> node.submit(echo, value))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("input");
            assertThat(workflows(node)).isEqualTo(before);
        }
    }

    @Test
    void anInputThatCannotBeReadParks() {
        Definition<Integer, String> other = Definition.of("work", 1, Integer.class, String.class);
        String id;
        try (EngineNode first = EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMax(1)).register(WORK, (ctx, in) -> {
                    ctx.run("wait", step -> new CountDownLatch(1).await());
                    return "";
                }))) {
            id = first.submit(WORK, "no number").id();
            first.crash();
        }
        try (EngineNode second =
                EngineNode.start(database, builder -> builder.register(other, (ctx, in) -> "never comes here"))) {
            ParkingReason letter = second.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(Cause.UNDECODABLE);
            assertThat(letter.position()).isNull();
        }
    }
}
