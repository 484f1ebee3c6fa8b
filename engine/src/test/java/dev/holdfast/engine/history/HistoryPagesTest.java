package dev.holdfast.engine.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.HistoryItem.Kind;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.engine.EngineNode;
import dev.holdfast.memory.MemoryDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HistoryPagesTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step FLAKY = Step.named("flaky").retry(RetryPolicy.exponential(Duration.ofMillis(1), 5));
    private static final Step SLOW =
            Step.named("slow").retry(RetryPolicy.never()).timeout(Duration.ofMillis(5));

    private final MemoryDatabase database = new MemoryDatabase();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static List<HistoryItem> history(EngineNode node, String id) {
        Page<HistoryItem> page = node.engine().admin().history(id, PageRequest.first(500));
        assertThat(page.next()).isEmpty();
        return page.items();
    }

    private static List<String> lines(List<HistoryItem> items) {
        return items.stream()
                .map(item -> item.position() + " " + item.name() + " " + item.attempt() + " " + item.state()
                        + item.error().map(error -> ": " + error.message()).orElse(""))
                .toList();
    }

    private static String fail() throws IOException {
        throw new IOException("not yet");
    }

    @Test
    void eachAttemptIsALineAndTheEndToo() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("first", step -> {});
            return ctx.step(FLAKY, String.class, step -> step.attempt() < 3 ? fail() : "done");
        })) {
            var handle = node.submit(WORK, "");
            handle.result(EngineNode.DEADLINE);
            List<HistoryItem> items = history(node, handle.id());
            assertThat(lines(items))
                    .containsExactly(
                            "0 first 1 succeeded",
                            "1 flaky 1 failed: not yet",
                            "1 flaky 2 failed: not yet",
                            "1 flaky 3 succeeded",
                            "-1 end 0 COMPLETED");
            assertThat(items.subList(0, 4)).allSatisfy(item -> {
                assertThat(item.kind()).isEqualTo(Kind.STEP);
                assertThat(item.endedAt().orElseThrow()).isAfterOrEqualTo(item.startedAt());
                assertThat(item.idempotencyKey()).isPresent();
                assertThat(item.branch()).isEmpty();
            });
            assertThat(items.get(1).idempotencyKey()).isEqualTo(items.get(3).idempotencyKey());
            assertThat(items.getLast().kind()).isEqualTo(Kind.DECISION);
            assertThat(items.getLast().idempotencyKey()).isEmpty();
            assertThat(items).extracting(HistoryItem::seq).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void whatRunsHasNotEnded() {
        CountDownLatch inBody = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("hangs", step -> {
                inBody.countDown();
                new CountDownLatch(1).await();
            });
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("the body runs", () -> inBody.getCount() == 0);
            HistoryItem item = history(node, id).getFirst();
            assertThat(item.state()).isEqualTo("started");
            assertThat(item.endedAt()).isEmpty();
        }
    }

    @Test
    void anAttemptThatACrashCutOffHasNeverEnded() {
        CountDownLatch inBody = new CountDownLatch(1);
        String id;
        try (EngineNode first = node((ctx, in) -> {
            ctx.run("hangs", step -> {
                inBody.countDown();
                new CountDownLatch(1).await();
            });
            return "";
        })) {
            id = first.submit(WORK, "").id();
            Await.until("the body runs", () -> inBody.getCount() == 0);
            first.crash();
        }
        try (EngineNode second = node((ctx, in) -> {
            ctx.run("hangs", step -> {});
            return "";
        })) {
            second.await(id, WorkflowStatus.COMPLETED);
            assertThat(lines(history(second, id)))
                    .containsExactly("0 hangs 1 started", "0 hangs 2 succeeded", "-1 end 0 COMPLETED");
        }
    }

    @Test
    void parkingIsADecision() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run(SLOW, step -> new CountDownLatch(1).await());
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            node.deadLetter(id);
            assertThat(lines(history(node, id)))
                    .containsExactly(
                            "0 slow 1 timed-out: the body took longer than its timeout of PT0.005S",
                            "-1 dead-letter 0 RETRIES_EXHAUSTED: the body took longer than its timeout of PT0.005S");
        }
    }

    @Test
    void whatWasUndoneIsShownSo() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            saga.step("a", String.class, step -> "a", (step, a) -> {});
            saga.step("b", String.class, step -> "b", (step, b) -> {});
            try {
                ctx.run("c", step -> {
                    throw new StepRejected("declined");
                });
            } catch (dev.holdfast.StepRejectedException e) {
                throw new WorkflowFailedException(e.reason());
            }
            return "";
        }))) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.FAILED);
            assertThat(lines(history(node, id)))
                    .containsExactly(
                            "0 a 1 undone",
                            "1 b 1 undone",
                            "2 c 1 rejected: declined",
                            "3 undo-b 1 succeeded",
                            "4 undo-a 1 succeeded",
                            "-1 end 0 FAILED: declined");
        }
    }

    @Test
    void pagesOfAnySizeHaveTheWholeHistory() {
        try (EngineNode node = node((ctx, in) -> {
            for (int i = 0; i < 20; i++) {
                ctx.step(FLAKY, String.class, step -> step.attempt() < 2 ? fail() : "done");
            }
            return "";
        })) {
            var handle = node.submit(WORK, "");
            handle.result(EngineNode.DEADLINE);
            List<HistoryItem> whole = history(node, handle.id());
            assertThat(whole).hasSize(41);
            for (int limit : List.of(1, 2, 7, 40, 41, 42)) {
                assertThat(allPages(node, handle.id(), limit)).isEqualTo(whole);
            }
        }
    }

    private static List<HistoryItem> allPages(EngineNode node, String id, int limit) {
        Page<HistoryItem> page = node.engine().admin().history(id, PageRequest.first(limit));
        List<HistoryItem> all = new ArrayList<>(page.items());
        while (page.next().isPresent()) {
            assertThat(page.items()).hasSize(limit);
            page = node.engine().admin().history(id, new PageRequest(limit, page.next()));
            assertThat(page.items()).isNotEmpty();
            all.addAll(page.items());
        }
        return all;
    }

    @Test
    void aLongHistoryIsReadInParts() {
        try (EngineNode node = node((ctx, in) -> {
            for (int i = 0; i < 2_500; i++) {
                ctx.run("step", step -> {});
            }
            return "";
        })) {
            var handle = node.submit(WORK, "");
            handle.result(EngineNode.DEADLINE);
            assertThat(allPages(node, handle.id(), 500)).hasSize(2_501);
        }
    }

    @Test
    void badQuestionsAreRefused() {
        try (EngineNode node = node((ctx, in) -> in)) {
            String id = node.submit(WORK, "").id();
            for (int limit : List.of(0, -1, 501)) {
                InvalidOptionException refused = catchThrowableOfType(
                        InvalidOptionException.class,
                        () -> node.engine().admin().history(id, PageRequest.first(limit)));
                assertThat(refused.option()).isEqualTo("limit");
            }
            for (String cursor : List.of("", "x", "1.5", "99999999999")) {
                InvalidOptionException refused = catchThrowableOfType(
                        InvalidOptionException.class,
                        () -> node.engine().admin().history(id, new PageRequest(10, Optional.of(cursor))));
                assertThat(refused.option()).isEqualTo("cursor");
            }
            assertThatThrownBy(() -> node.engine().admin().history("nobody", PageRequest.first(10)))
                    .isInstanceOf(UnknownWorkflowException.class);
        }
    }
}
