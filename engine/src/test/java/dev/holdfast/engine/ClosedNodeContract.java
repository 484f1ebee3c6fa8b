package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.engine.dispatch.LocalWaiters;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node that closes tells everybody, on every store. */
@Timeout(60)
public abstract class ClosedNodeContract {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final ActionOptions WHY = ActionOptions.because("a test");
    private static final List<String> OF_MEMORY = List.of("node", "ready", "health");
    private static final Map<Class<?>, Object> ARGUMENTS = Map.of(
            String.class,
            "walk-1",
            ActionOptions.class,
            WHY,
            Duration.class,
            LONG,
            WorkflowFilter.class,
            WorkflowFilter.newest(10),
            PageRequest.class,
            PageRequest.first(10),
            DeadLetterFilter.class,
            DeadLetterFilter.all(10),
            AuditFilter.class,
            AuditFilter.newest(10),
            OutputStream.class,
            OutputStream.nullOutputStream(),
            RetentionRule.class,
            new RetentionRule(Optional.of("work"), Optional.empty(), Optional.of(Duration.ofDays(30))));

    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicReference<Holdfast> own = new AtomicReference<>();

    /** Starts an engine on an empty store. */
    protected abstract Holdfast start(UnaryOperator<Holdfast.Builder> with);

    /** The body of "waits" ends when it is let; that of "closes" closes its own node. */
    private Holdfast start() {
        Holdfast started =
                start(builder -> builder.config(EngineConfig.defaults().shutdownGrace(LONG))
                        .register(WORK, (ctx, in) -> switch (in) {
                            case "waits" ->
                                ctx.step("wait", String.class, step -> {
                                    inBody.countDown();
                                    go.await();
                                    return in;
                                });
                            case "closes in a body" -> ctx.step("close", String.class, step -> closing(own.get()));
                            case "closes in its code" -> closing(own.get());
                            default -> in;
                        }));
        own.set(started);
        return started;
    }

    private static String closing(Holdfast holdfast) {
        try {
            holdfast.close();
            return "closed";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static void assertClosed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class).hasMessageContaining("node is closed");
    }

    @Test
    void whoWaitsIsToldBeforeTheBodiesEnd() throws InterruptedException {
        Holdfast holdfast = start();
        WorkflowHandle<String> handle = holdfast.submit(WORK, "waits");
        inBody.await();
        List<CompletableFuture<?>> waits = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (Runnable wait : List.<Runnable>of(
                () -> handle.result(LONG),
                () -> holdfast.handle(handle.id()).result(LONG),
                () -> holdfast.admin().cancel(handle.id(), WHY, LONG))) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            waits.add(ended);
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    wait.run();
                    ended.complete(null);
                } catch (RuntimeException e) {
                    ended.completeExceptionally(e);
                }
            }));
        }
        Await.until("all wait", () -> threads.stream().allMatch(ClosedNodeContract::waits));
        Thread closer = Thread.ofPlatform().start(holdfast::close);
        for (CompletableFuture<?> wait : waits) {
            Await.until("it is answered", wait::isDone);
            assertThat(Await.failure(wait))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("node is closed");
        }
        assertThat(closer.isAlive()).as("waits for the body").isTrue();
        assertClosed(() -> handle.result(LONG));
        go.countDown();
        closer.join();
    }

    private static boolean waits(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(LocalWaiters.class.getName()));
    }

    @Test
    void everyCallSaysThatTheNodeIsClosed() {
        Holdfast holdfast = start();
        WorkflowHandle<String> handle = holdfast.submit(WORK, "ends", Submission.id("walk-1"));
        assertThat(handle.result(LONG)).isEqualTo("ends");
        holdfast.close();
        assertClosed(() -> handle.result(LONG));
        assertClosed(handle::status);
        assertClosed(() -> holdfast.handle("walk-1"));
        assertClosed(() -> holdfast.submit(WORK, "ends"));
        assertClosed(() -> holdfast.submit(WORK, "ends", Submission.key("k")));
        assertClosed(() -> holdfast.submitJson("work", new byte[] {'1'}, Submission.plain()));
        assertThat(holdfast.definitions()).hasSize(1);
        for (Method method : Admin.class.getMethods()) {
            if (!OF_MEMORY.contains(method.getName())) {
                Object[] arguments = Arrays.stream(method.getParameterTypes())
                        .map(ARGUMENTS::get)
                        .toArray();
                assertThat(arguments).as("arguments of %s", method).doesNotContainNull();
                assertThatThrownBy(() -> method.invoke(holdfast.admin(), arguments))
                        .as("%s", method)
                        .cause()
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("node is closed");
            }
        }
    }

    @Test
    void itsHealthSaysThatItIsClosed() {
        Holdfast holdfast = start();
        assertThat(holdfast.admin().health().ready()).isTrue();
        assertThat(holdfast.admin().health().reason()).isEmpty();
        holdfast.close();
        assertThat(holdfast.admin().ready()).isFalse();
        assertThat(holdfast.admin().health().ready()).isFalse();
        assertThat(holdfast.admin().health().reason()).isEqualTo("member: this node is closed");
        assertThat(holdfast.admin().health().checks()).singleElement().satisfies(check -> {
            assertThat(check.name()).isEqualTo("member");
            assertThat(check.holds()).isFalse();
            assertThat(check.detail()).isEqualTo("this node is closed");
        });
        assertThat(holdfast.admin().node()).isNotEmpty();
    }

    @Test
    void codeCannotCloseItsOwnNode() {
        try (Holdfast holdfast = start()) {
            for (String way : List.of("closes in a body", "closes in its code")) {
                assertThat(holdfast.submit(WORK, way).result(LONG)).contains("from the thread that started it");
            }
            assertThat(holdfast.submit(WORK, "ends").result(LONG)).isEqualTo("ends");
        }
    }
}
