package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HostileException;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ParkingTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step HOPELESS = Step.named("hopeless").retry(RetryPolicy.never());

    private static final Step TWICE = Step.named("hopeless")
            .retry(RetryPolicy.exponential(Duration.ZERO, 2).factor(1).jitter(0));

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static String fail(WorkflowContext ctx) {
        return ctx.step(HOPELESS, String.class, step -> {
            throw new IOException("for good");
        });
    }

    /** Parks, and is parked as this; what the log has is nothing but the step and its parking. */
    private ParkingReason parks(Workflow<String, String> code) {
        try (EngineNode node = node(code)) {
            var handle = node.submit(WORK, "in");
            ParkingReason letter = node.deadLetter(handle.id());
            assertThatThrownBy(() -> handle.result(EngineNode.DEADLINE))
                    .isInstanceOfSatisfying(
                            ResultNotReadyException.class,
                            e -> assertThat(e.status()).isEqualTo(WorkflowStatus.DEAD_LETTERED));
            assertThat(node.log(handle.id()).stream().filter(record -> record.event() instanceof HistoryEvent.Parked))
                    .hasSize(1);
            assertThat(node.find(handle.id()).deadLetter()).isPresent();
            return letter;
        }
    }

    @Test
    void theWorkflowSeesNothingOfAStepThatFailsForGood() {
        ParkingReason letter = parks((ctx, in) -> {
            try {
                return fail(ctx);
            } catch (Exception e) {
                seen.add("exception " + e);
                throw e;
            }
        });
        assertThat(letter.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED);
        assertThat(letter.step()).isEqualTo("hopeless");
        assertThat(seen).isEmpty();
    }

    /** Unless 3 ms pass between the two, which some of so many tries will do without. */
    @Test
    void theFailureAndItsParkingAreOneRecord() {
        try (EngineNode node = node((ctx, in) -> fail(ctx))) {
            assertThat(IntStream.range(0, 20).anyMatch(i -> {
                        String id = node.submit(WORK, "in").id();
                        node.deadLetter(id);
                        return node.log(id).size() == 2;
                    }))
                    .isTrue();
        }
    }

    private static RuntimeException chain() {
        RuntimeException last = new RuntimeException("the first");
        for (int i = 0; i < 50_000; i++) {
            last = new RuntimeException("number " + i, last);
        }
        return last;
    }

    @Test
    void exceptionsThatThrowOrHaveNoEndParkAsWhatTheyAre() {
        for (Supplier<RuntimeException> made :
                List.<Supplier<RuntimeException>>of(HostileException::new, ParkingTest::chain)) {
            String type = made.get().getClass().getName();
            ParkingReason ofStep = parks((ctx, in) -> ctx.step(TWICE, String.class, step -> {
                throw made.get();
            }));
            assertThat(ofStep.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED);
            assertThat(ofStep.step()).isEqualTo("hopeless");
            assertThat(ofStep.attempts()).isEqualTo(2);
            assertThat(ofStep.failure().type()).isEqualTo(type);
            ParkingReason ofCode = parks((ctx, in) -> {
                throw made.get();
            });
            assertThat(ofCode.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(ofCode.failure().type()).isEqualTo(type);
        }
    }

    @Test
    void codeThatCatchesEverythingCannotGoOn() {
        AtomicInteger bodies = new AtomicInteger();
        ParkingReason letter = parks((ctx, in) -> {
            for (int i = 0; i < 3; i++) {
                swallow(() -> fail(ctx));
                swallow(() -> ctx.run("next", step -> bodies.incrementAndGet()));
            }
            return "as if nothing had happened";
        });
        assertThat(letter.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED);
        assertThat(bodies).hasValue(0);
    }

    @Test
    void codeThatThrowsSomethingElseInsteadChangesNothing() {
        ParkingReason letter = parks((ctx, in) -> {
            try {
                return fail(ctx);
            } finally {
                swallow(() -> ctx.run("clean-up", step -> seen.add("body")));
                throwInstead();
            }
        });
        assertThat(letter.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED);
        assertThat(seen).isEmpty();
    }

    private static void throwInstead() {
        throw new dev.holdfast.WorkflowFailedException("instead");
    }

    private static void swallow(Runnable code) {
        try {
            code.run();
        } catch (Throwable swallowed) {
            assertThat(swallowed).isInstanceOf(Error.class);
        }
    }

    @Test
    void whatLeavesTheWorkflowParksItAtTheLastPosition() {
        ParkingReason letter = parks((ctx, in) -> {
            ctx.run("one", step -> {});
            ctx.run("two", step -> {});
            throw new IOException("a bug");
        });
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(letter.position()).isEqualTo(Position.main(1));
        assertThat(letter.step()).isNull();
        assertThat(letter.failure().type()).isEqualTo("java.io.IOException");
        assertThat(letter.failure().message()).isEqualTo("a bug");
        assertThat(letter.stack()).contains("ParkingTest");
    }

    @Test
    void whatLeavesBeforeAnyStepParksToo() {
        ParkingReason letter = parks((ctx, in) -> {
            throw new AssertionError("a bug");
        });
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(letter.position()).isNull();
    }

    @Test
    void aCompletionExceptionOfTheCodeIsNoReasonToStayOpen() {
        ParkingReason letter = parks((ctx, in) -> {
            throw new CompletionException(new IOException("from a future of its own"));
        });
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
    }

    @Test
    void aRejectionThatNobodyCatchesParks() {
        ParkingReason letter = parks((ctx, in) -> ctx.step("charge", String.class, step -> {
            throw new StepRejected("declined");
        }));
        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
        assertThat(letter.failure().message()).contains("declined");
    }

    @Test
    void aParkedOneIsLeftAloneByTheNextProcess() {
        String id;
        try (EngineNode first = node((ctx, in) -> fail(ctx))) {
            id = first.submit(WORK, "in").id();
            first.deadLetter(id);
            first.crash();
        }
        int records;
        try (EngineNode second = node((ctx, in) -> {
            seen.add(in);
            return "";
        })) {
            records = second.log(id).size();
            assertThat(second.run(WORK, "another")).isEmpty();
            assertThat(second.find(id).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
            assertThat(second.log(id)).hasSize(records);
        }
        assertThat(seen).containsExactly("another");
    }

    @Test
    void anOddErrorMessageIsStoredAnyway() {
        ParkingReason letter = parks((ctx, in) -> {
            throw new IOException("\u0000 and \ud800 and " + "x".repeat(10_000));
        });
        assertThat(letter.failure().message()).hasSize(4_000).doesNotContain("\u0000");
        assertThat(new String(letter.failure().message().getBytes(UTF_8), UTF_8))
                .isEqualTo(letter.failure().message());
        assertThat(letter.stack()).hasSizeLessThanOrEqualTo(16_000).doesNotContain("\u0000");
    }
}
