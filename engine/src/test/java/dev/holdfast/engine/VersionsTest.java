package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Workflow;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two versions of a definition, in one process and over a deployment. Case 18. */
@Timeout(60)
final class VersionsTest {
    private static final Definition<String, String> ONE = Definition.of("pay", 1, String.class, String.class);
    private static final Definition<String, String> TWO = Definition.of("pay", 2, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);

    private final MemoryDatabase database = new MemoryDatabase();

    /** Code that fits to no history of another version. */
    private static Workflow<String, String> code(int version) {
        return (ctx, in) -> {
            String first = ctx.step("first-" + version, String.class, step -> "v" + version);
            ctx.awaitSignal(GO);
            return ctx.step("last-" + version, String.class, step -> first + " to v" + version);
        };
    }

    private EngineNode node(UnaryOperator<EngineBuilder> with) {
        return EngineNode.start(database, with);
    }

    private static EngineBuilder both(EngineBuilder builder) {
        return builder.register(ONE, code(1)).register(TWO, code(2));
    }

    @Test
    void eachWorkflowRunsOnItsVersionAlsoAfterARestart() {
        List<String> old = new ArrayList<>();
        List<String> young = new ArrayList<>();
        try (EngineNode first = node(VersionsTest::both)) {
            for (int i = 0; i < 20; i++) {
                old.add(first.submit(ONE, "in").id());
                young.add(first.submit(TWO, "in").id());
            }
            old.forEach(first::awaitWait);
            young.forEach(first::awaitWait);
            first.crash();
        }
        try (EngineNode second = node(VersionsTest::both)) {
            old.forEach(id -> second.engine().signal(id, GO, ""));
            young.forEach(id -> second.engine().signal(id, GO, ""));
            for (String id : old) {
                assertThat(second.engine().handle(ONE, id).result(EngineNode.DEADLINE))
                        .isEqualTo("v1 to v1");
            }
            for (String id : young) {
                assertThat(second.engine().handle(TWO, id).result(EngineNode.DEADLINE))
                        .isEqualTo("v2 to v2");
            }
        }
    }

    @Test
    void aVersionThatADeploymentLeftOutIsWaitedForWhileTheOtherRuns() {
        String old;
        String young;
        try (EngineNode first = node(VersionsTest::both)) {
            old = first.submit(ONE, "in").id();
            young = first.submit(TWO, "in").id();
            first.awaitWait(old);
            first.awaitWait(young);
            first.crash();
        }
        try (EngineNode second = node(builder -> builder.register(TWO, code(2)))) {
            second.engine().signal(old, GO, "");
            second.engine().signal(young, GO, "");
            second.await(young, WorkflowStatus.COMPLETED);
            Await.until(
                    "the version is missed",
                    () -> second.find(old)
                            .waitingFor()
                            .filter(wait -> wait.kind().equals("version"))
                            .isPresent());
            WorkflowSummary waiting = second.find(old);
            assertThat(waiting.status()).isEqualTo(WorkflowStatus.WAITING);
            assertThat(waiting.waitingFor().map(WorkflowSummary.Waiting::name)).contains("pay/1");
            assertThat(waiting.deadLetter()).isEmpty();
        }
        try (EngineNode third = node(VersionsTest::both)) {
            assertThat(third.engine().handle(ONE, old).result(EngineNode.DEADLINE))
                    .isEqualTo("v1 to v1");
        }
    }
}
