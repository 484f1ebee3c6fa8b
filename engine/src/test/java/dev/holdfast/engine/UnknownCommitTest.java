package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.admin.WorkflowFilter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A submitter who gives up waiting before the database has answered. */
@Timeout(60)
final class UnknownCommitTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    /** Waits for 50 ms; takes up nothing that is queued. */
    private static final EngineConfig IMPATIENT = EngineConfig.defaults()
            .loadedMax(10)
            .loadedMaxBytes(64 << 20)
            .acceptWait(Duration.ofMillis(50))
            .pollInterval(Duration.ofDays(1))
            .keptLoaded(Duration.ZERO)
            .shutdownGrace(Duration.ZERO);

    private final List<String> bodies = new CopyOnWriteArrayList<>();

    private EngineNode node(SilentDatabase silent) {
        return EngineNode.start(
                silent.database(),
                builder -> builder.config(IMPATIENT)
                        .register(
                                WORK,
                                (ctx, in) -> ctx.step("one", String.class, step -> {
                                    bodies.add(step.workflowId());
                                    return in + "!";
                                })));
    }

    /** A slow machine may need longer than so impatient a node waits. */
    private static String persistently(EngineNode node, Submission submission) {
        while (true) {
            try {
                return node.run(WORK, "in", submission);
            } catch (StoreUnavailableException e) {
                assertThat(e.workflowId()).isEqualTo(submission.id());
            }
        }
    }

    @Test
    void theAnswerHasTheIdToAskAgainWith() {
        SilentDatabase silent = new SilentDatabase();
        try (EngineNode node = node(silent)) {
            StoreUnavailableException unknown =
                    catchThrowableOfType(StoreUnavailableException.class, () -> node.submit(WORK, "in"));
            String id = unknown.workflowId().orElseThrow();
            assertThat(unknown).hasMessageContaining(id);
            silent.answer();
            assertThat(persistently(node, Submission.id(id))).isEqualTo("in!");
            assertThat(node.engine().admin().list(WorkflowFilter.newest(10)).items())
                    .hasSize(1);
            assertThat(bodies).containsExactly(id);
        }
    }

    @Test
    void whoAskedUnderAKeyAsksAgainUnderIt() {
        for (Submission submission : List.of(Submission.key("k"), Submission.id("i"))) {
            SilentDatabase silent = new SilentDatabase();
            bodies.clear();
            try (EngineNode node = node(silent)) {
                assertThatThrownBy(() -> node.engine().submit(WORK, "in", submission))
                        .isInstanceOf(StoreUnavailableException.class);
                silent.answer();
                // It was started where it was admitted: nothing queued is ever taken up here.
                Await.until("its body runs", () -> bodies.size() == 1);
                assertThat(persistently(node, submission)).isEqualTo("in!");
                assertThat(bodies).hasSize(1);
            }
        }
    }
}
