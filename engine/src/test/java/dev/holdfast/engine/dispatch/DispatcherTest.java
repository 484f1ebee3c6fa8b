package dev.holdfast.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Workflow;
import dev.holdfast.engine.Await;
import dev.holdfast.engine.EngineNode;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.engine.execution.CallbackTokens;
import dev.holdfast.engine.execution.CallbackUrls;
import dev.holdfast.engine.execution.Deadline;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.ExecutionStart;
import dev.holdfast.engine.execution.FailureLog;
import dev.holdfast.engine.execution.Platform;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.engine.execution.SubmissionOrigin;
import dev.holdfast.engine.execution.WorkflowIdentity;
import dev.holdfast.engine.telemetry.EngineTelemetry;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.StoreNode;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A claim is its holder's, and nobody else's, whatever became of it meanwhile. */
@Timeout(60)
final class DispatcherTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final int LIMIT = 10;

    private final Platform platform = new Platform();
    private final MemoryStore store = new MemoryStore();
    private final Dispatcher dispatcher = new Dispatcher(LIMIT, 64 << 20, new LocalWaiters<>(), platform.workflows());
    private final ScheduledExecutorService timeouts = Executors.newSingleThreadScheduledExecutor();
    private final ExecutionEnvironment environment = new ExecutionEnvironment(
            new JacksonCodec(),
            store.ownership(),
            EngineNode.CONFIG,
            new AttemptOrder(),
            timeouts,
            new FailureLog(timeouts, String::valueOf),
            EngineTelemetry.of(OpenTelemetry.noop()),
            new SignalDelivery(store, dispatcher),
            new CallbackUrls(new CallbackTokens(store.callbackSecret()), Optional.empty()),
            new ChildStarter(store, new SubmittableDefinitions(new Definitions(), store)),
            platform,
            platform.workflows(),
            Optional.empty(),
            reply -> {});

    @BeforeEach
    void join() {
        StoreNode.joining(store);
    }

    @AfterEach
    void close() {
        timeouts.shutdownNow();
        store.close();
    }

    private Execution accepted(WorkflowKey key, Workflow<String, String> code) {
        byte[] input = {'"', '"'};
        Mailbox mailbox = store.mailbox(key, 0);
        Await.done(
                mailbox.create(new WorkflowWrite.Creation(WORK.name(), WORK.version(), Map.of(), input, true, null)));
        return new Execution(
                environment,
                mailbox,
                WorkflowIdentity.firstRun(key, store.idOf(key)),
                new RegisteredWorkflow<>(WORK, code),
                input,
                ExecutionStart.accepted(new SubmissionOrigin(null, System.nanoTime()), Deadline.NONE));
    }

    private void startOn(Claim claim, Execution execution) {
        assertThat(dispatcher.tryReserve()).isTrue();
        dispatcher.start(execution, claim);
        Await.until("it has left", () -> dispatcher.free() == LIMIT);
    }

    private void assertThatGivingBackLeavesTheNextAlone(Claim late) {
        Claim next = dispatcher.claim(late.key()).orElseThrow();
        dispatcher.unclaim(late);
        assertThat(dispatcher.claim(late.key())).isEmpty();
        dispatcher.unclaim(next);
        assertThat(dispatcher.loaded()).isZero();
    }

    @Test
    void oneIsTheOnlyOne() {
        WorkflowKey key = store.newKey();
        Claim claim = dispatcher.claim(key).orElseThrow();
        assertThat(dispatcher.claim(key)).isEmpty();
        dispatcher.unclaim(claim);
        assertThat(dispatcher.claim(key)).isPresent();
    }

    @Test
    void givingBackOneThatWasDisownedLeavesTheNextAlone() {
        WorkflowKey key = store.newKey();
        Claim former = dispatcher.claim(key).orElseThrow();
        dispatcher.disown();
        assertThatGivingBackLeavesTheNextAlone(former);
    }

    @Test
    void givingBackOneThatWasUsedLeavesTheNextAlone() {
        WorkflowKey key = store.newKey();
        Claim used = dispatcher.claim(key).orElseThrow();
        startOn(used, accepted(key, (ctx, in) -> "done"));
        assertThatGivingBackLeavesTheNextAlone(used);
    }

    @Test
    void givingBackOneThatIsUsedKeepsIt() {
        WorkflowKey key = store.newKey();
        CountDownLatch go = new CountDownLatch(1);
        Claim used = dispatcher.claim(key).orElseThrow();
        assertThat(dispatcher.tryReserve()).isTrue();
        Execution execution = accepted(key, (ctx, in) -> {
            go.await();
            return "done";
        });
        dispatcher.start(execution, used);
        dispatcher.unclaim(used);
        assertThat(dispatcher.loaded(key.uid())).contains(execution);
        go.countDown();
        Await.until("it has left", () -> dispatcher.loaded() == 0);
    }

    @Test
    void whatIsStartedOnOneThatWasDisownedRunsNoStep() {
        WorkflowKey key = store.newKey();
        AtomicBoolean ran = new AtomicBoolean();
        Claim former = dispatcher.claim(key).orElseThrow();
        dispatcher.disown();
        Claim next = dispatcher.claim(key).orElseThrow();
        Execution execution = accepted(key, (ctx, in) -> {
            ctx.run("step", step -> ran.set(true));
            return "done";
        });
        startOn(former, execution);
        assertThat(execution.ending()).isCompletedExceptionally();
        assertThat(ran).isFalse();
        assertThat(dispatcher.claim(key)).isEmpty();
        dispatcher.unclaim(next);
        assertThat(dispatcher.loaded()).isZero();
    }
}
