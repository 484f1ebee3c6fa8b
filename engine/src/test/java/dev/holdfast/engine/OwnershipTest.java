package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Workflow;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that is the owner no longer, or does not know whether it is. */
@Timeout(60)
final class OwnershipTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Long> epochs = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private final Workflow<String, String> hanging = (ctx, in) -> {
        try {
            return ctx.step("call", String.class, step -> {
                epochs.add(step.epoch());
                inBody.countDown();
                try {
                    new CountDownLatch(1).await();
                    return "";
                } catch (InterruptedException e) {
                    events.add("interrupted");
                    return "of the former owner";
                }
            });
        } catch (Exception e) {
            events.add("the workflow saw " + e);
            throw e;
        }
    };

    private final Workflow<String, String> quick = (ctx, in) -> ctx.step("call", String.class, step -> {
        epochs.add(step.epoch());
        return "attempt " + step.attempt();
    });

    @Test
    void bodiesOfTheFormerOwnerAreInterruptedAndTheirValuesDropped() throws InterruptedException {
        try (EngineNode former = node(hanging)) {
            String id = former.submit(WORK, "").id();
            inBody.await();
            try (EngineNode owner = node(quick)) {
                owner.await(id, WorkflowStatus.COMPLETED);
                Await.until("the body is interrupted", () -> !events.isEmpty());
                Await.until(
                        "the former owner knows", () -> !former.engine().admin().ready());
                assertThat(owner.engine().handle(id).result(EngineNode.DEADLINE))
                        .asString()
                        .isEqualTo("\"attempt 2\"");
                assertThat(owner.log(id).stream().map(LogRecord::outcome).filter(Objects::nonNull))
                        .hasSize(1);
                assertThat(events).containsExactly("interrupted");
                assertThat(epochs).hasSize(2);
                assertThat(epochs.getLast()).isGreaterThan(epochs.getFirst());
            }
        }
        assertThat(events).containsExactly("interrupted");
    }

    @Test
    void theFormerOwnerTakesNothing() {
        try (EngineNode former = node(quick);
                EngineNode owner = node(quick)) {
            Await.until("the former owner knows", () -> !former.engine().admin().ready());
            assertThatThrownBy(() -> former.submit(WORK, "")).isInstanceOf(StoreUnavailableException.class);
            assertThat(owner.engine().admin().ready()).isTrue();
            assertThat(owner.run(WORK, "")).isEqualTo("attempt 1");
        }
    }

    @Test
    void workflowCodeDoesNotSeeThatTheOwnershipWasLost() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        Workflow<String, String> patient = (ctx, in) -> {
            inBody.countDown();
            try {
                go.await(); // outside of any step
                return ctx.step("call", String.class, step -> "must not run");
            } catch (Exception e) {
                events.add("the workflow saw " + e);
                throw e;
            } finally {
                left.countDown();
            }
        };
        try (EngineNode former = node(patient)) {
            former.submit(WORK, "");
            inBody.await();
            // Dead for the database, while its own listener has heard of nothing.
            former.store().crash();
            go.countDown();
            left.await();
        }
        assertThat(events).isEmpty();
    }

    @Test
    void withoutALeaseNoBodyStarts() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("first", step -> {
                inBody.countDown();
                Await.until("the lease runs out", () -> events.contains("paused"));
            });
            return ctx.step("second", String.class, step -> {
                events.add("second");
                return "done";
            });
        })) {
            var handle = node.submit(WORK, "");
            Await.until("the first body runs", () -> inBody.getCount() == 0);
            node.store().pauseLease(true);
            events.add("paused");
            Await.until("the second intent is committed", () -> intents(node, handle.id()) == 2);
            assertThat(node.engine().admin().ready()).isFalse();
            assertThatThrownBy(() -> node.submit(WORK, "")).isInstanceOf(StoreUnavailableException.class);
            assertThat(events).containsExactly("paused");
            events.add("resumed");
            node.store().pauseLease(false);
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo("done");
            assertThat(events).containsExactly("paused", "resumed", "second");
            assertThat(node.engine().admin().ready()).isTrue();
        }
    }

    private static long intents(EngineNode node, String id) {
        return node.log(id).stream()
                .filter(record -> record.event() instanceof HistoryEvent.Intent)
                .count();
    }
}
