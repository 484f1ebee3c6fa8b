package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.ErasedException;
import dev.holdfast.Submission;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ended workflows are erased or scrubbed when somebody asks for it; open ones are not. */
@Timeout(60)
final class RemovalTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration WAIT = EngineNode.DEADLINE;
    private static final ActionOptions WHY = ActionOptions.because("the law").by("ann");

    private final CountDownLatch go = new CountDownLatch(1);
    private final EngineNode node = EngineNode.start(
            new MemoryDatabase(),
            builder -> builder.register(WORK, (ctx, in) -> {
                String value = ctx.step("work", String.class, step -> {
                    if (in.startsWith("wait")) {
                        go.await();
                    }
                    return in + "!";
                });
                if (in.startsWith("fail")) {
                    throw new WorkflowFailedException(in);
                }
                return value;
            }));

    @AfterEach
    void close() {
        go.countDown();
        node.close();
    }

    @Test
    void whatHasEndedIsErased() throws Exception {
        Submission keyed = Submission.key("k");
        WorkflowHandle<String> handle = node.engine().submit(WORK, "secret", keyed);
        handle.result(WAIT);
        assertThat(node.engine().admin().erase(handle.id(), WHY, WAIT)).contains(WorkflowStatus.COMPLETED);
        assertThatThrownBy(() -> node.engine().admin().find(handle.id())).isInstanceOf(UnknownWorkflowException.class);
        assertThatThrownBy(() -> node.engine().submit(WORK, "secret", keyed)).isInstanceOf(ErasedException.class);
        assertThatThrownBy(() -> node.engine().admin().erase(handle.id(), WHY, WAIT))
                .isInstanceOf(UnknownWorkflowException.class);
    }

    @Test
    void whatIsOpenIsNeitherErasedNorScrubbed() throws Exception {
        WorkflowHandle<String> handle = node.engine().submit(WORK, "wait");
        ActionOptions again = WHY.key("once");
        assertThatThrownBy(() -> node.engine().admin().erase(handle.id(), again, WAIT))
                .isInstanceOf(ActionRefusedException.class)
                .hasMessageContaining("has not ended");
        assertThatThrownBy(() -> node.engine().admin().scrub(handle.id(), WHY, WAIT))
                .isInstanceOf(ActionRefusedException.class);
        go.countDown();
        assertThat(handle.result(WAIT)).isEqualTo("wait!");
        assertThat(node.engine().admin().scrub(handle.id(), WHY, WAIT)).contains(WorkflowStatus.COMPLETED);
    }

    @Test
    void whatIsScrubbedIsStillThere() throws Exception {
        WorkflowHandle<String> handle = node.engine().submit(WORK, "fail secretly");
        Await.until(
                "it has failed", () -> node.engine().admin().find(handle.id()).status() == WorkflowStatus.FAILED);
        assertThat(node.engine().admin().scrub(handle.id(), WHY, WAIT)).contains(WorkflowStatus.FAILED);
        var seen = node.engine().admin().find(handle.id());
        assertThat(seen.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(seen.lastError().orElseThrow().message()).isEqualTo("scrubbed");
        assertThat(node.engine()
                        .admin()
                        .history(handle.id(), PageRequest.first(10))
                        .toString())
                .doesNotContain("secretly")
                .contains("work");
    }

    /** As it comes about where somebody erases what another one is just asking something of. */
    @ParameterizedTest
    @EnumSource
    void whatIsAskedOfWhatIsGoneIsRefused(ActionKind act) {
        String id = node.engine().submit(WORK, "a").id();
        node.await(id, WorkflowStatus.COMPLETED);
        WorkflowKey key = node.store().locate(id).orElseThrow();
        assertThat(node.engine().admin().erase(id, WHY, WAIT)).isPresent();
        OperatorAction late = OperatorAction.of(key, act, id, 0, WHY);
        node.store().request(late, RequestContext.NONE);
        Await.until(
                "it is answered",
                () -> !node.store().results(List.of(late.id())).isEmpty());
        assertThat(node.store().results(List.of(late.id())).values()).noneMatch(ActionResult::applied);
        assertThat(node.store().head(key)).isEmpty();
    }
}
