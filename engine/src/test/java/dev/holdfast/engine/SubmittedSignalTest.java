package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.TooLargeException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.memory.MemoryDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals that are part of a submission. */
@Timeout(60)
final class SubmittedSignalTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> ITEM = Signal.named("item", String.class);
    private static final Signal<String> CLOSE = Signal.named("close", String.class);

    private final MemoryDatabase database = new MemoryDatabase();

    /** Takes two items, and ends when it is closed. */
    private final Workflow<String, String> basket = (ctx, in) -> {
        String items = ctx.awaitSignal(ITEM) + ctx.awaitSignal(ITEM);
        return items + ctx.awaitSignal(CLOSE);
    };

    private EngineNode node() {
        return EngineNode.start(database, builder -> builder.register(WORK, basket));
    }

    @Test
    void aNewWorkflowGetsThemInOrder() {
        for (Submission submission : List.of(Submission.plain(), Submission.key("k"), Submission.id("basket-1"))) {
            try (EngineNode node = node()) {
                Submission filled =
                        submission.signal(ITEM, "a").signal(ITEM, "b").signal(CLOSE, ".");
                assertThat(node.run(WORK, "", filled)).isEqualTo("ab.");
            }
        }
    }

    @Test
    void anExistingWorkflowGetsThemOnceHoweverOftenTheSubmissionIsRepeated() {
        try (EngineNode node = node()) {
            String id = node.engine().submit(WORK, "", Submission.key("k")).id();
            Submission filled = Submission.key("k").signal(ITEM, "a").signal(ITEM, "b");
            for (int time = 0; time < 3; time++) {
                assertThat(node.engine().submit(WORK, "", filled).id()).isEqualTo(id);
            }
            node.awaitWait(id);
            WorkflowHandle<String> closed =
                    node.engine().submit(WORK, "", Submission.key("k").signal(CLOSE, "."));
            assertThat(closed.result(EngineNode.DEADLINE)).isEqualTo("ab.");
            assertThat(node.engine().submit(WORK, "", filled).id())
                    .as("a repeat, also after the end")
                    .isEqualTo(id);
            assertThatThrownBy(() -> node.engine()
                            .submit(WORK, "", Submission.key("k").signal(Signal.named("late", String.class), "x")))
                    .isInstanceOf(WorkflowEndedException.class)
                    .hasMessageContaining(id);
        }
    }

    @Test
    void sillyOnesAreRefusedBeforeAnythingIsAccepted() {
        try (EngineNode node = node()) {
            String large = "x".repeat(300_000);
            assertThatThrownBy(() ->
                            node.engine().submit(WORK, "", Submission.plain().signal(ITEM, large)))
                    .isInstanceOf(TooLargeException.class);
            assertThatThrownBy(() -> node.engine().submit(WORK, "", nothing()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("null");
            Submission full = Submission.plain();
            for (int i = 0; i < 20; i++) {
                full = full.signal(ITEM, "x");
            }
            Submission twenty = full;
            assertThatThrownBy(() -> twenty.signal(ITEM, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 20");
            assertThat(node.engine().admin().list(WorkflowFilter.newest(1)).items())
                    .isEmpty();
        }
    }

    @SuppressWarnings("NullAway")
    private static Submission nothing() {
        return Submission.plain().signal(ITEM, null);
    }
}
