package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Codec;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Saga;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Submission;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.memory.MemoryDatabase;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The code of a workflow sees nothing of the thread that happened to submit it, or to load it. */
@Timeout(60)
final class AmbientContextTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final InheritableThreadLocal<@Nullable String> TENANT = new InheritableThreadLocal<>();
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Set<String> PLACES = Set.of("code", "body", "timed body", "undo", "exit", "codec");

    private final MemoryDatabase database = new MemoryDatabase();
    private final ClassLoader before = Thread.currentThread().getContextClassLoader();
    private final ClassLoader starter = loader();
    private final ClassLoader submitter = loader();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Duration backOff = SHORT;
    private volatile boolean fails;

    /** The ambient context of one call of the user's code. */
    private record Seen(
            String place, String thread, @Nullable String tenant, ClassLoader loader) {}

    private static ClassLoader loader() {
        return new URLClassLoader(new URL[0], AmbientContextTest.class.getClassLoader());
    }

    @AfterEach
    void restore() {
        become(null, before);
    }

    private static void become(@Nullable String tenant, ClassLoader loader) {
        TENANT.set(tenant);
        Thread.currentThread().setContextClassLoader(loader);
    }

    private void look(String place) {
        Thread thread = Thread.currentThread();
        seen.add(new Seen(place, thread.getName(), TENANT.get(), thread.getContextClassLoader()));
    }

    /** A saga whose second step fails once if told so, and whose third is rejected. */
    private String work(WorkflowContext ctx, String in) {
        look("code");
        ctx.onExit("exit", step -> look("exit"));
        RetryPolicy once = RetryPolicy.exponential(backOff, 2).factor(1).jitter(0);
        try {
            return ctx.saga(saga -> {
                first(saga);
                ctx.run(Step.named("second").timeout(Duration.ofMinutes(1)).retry(once), step -> {
                    look("timed body");
                    if (fails && step.attempt() == 1) {
                        throw new IllegalStateException("not now");
                    }
                });
                return ctx.step("third", String.class, step -> {
                    throw new StepRejected("no");
                });
            });
        } catch (StepRejectedException e) {
            return in;
        }
    }

    private void first(Saga saga) {
        saga.step(
                "first",
                String.class,
                step -> {
                    look("body");
                    return "one";
                },
                (step, value) -> look("undo"));
    }

    /** Of calls on the threads of an engine; submitters have their own context. */
    private final class LookingCodec implements Codec {
        private final Codec codec = new JacksonCodec();

        private void lookHere() {
            if (!Thread.currentThread().getName().equals("test")) {
                look("codec");
            }
        }

        @Override
        public byte[] encode(@Nullable Object value, TypeToken<?> type) {
            lookHere();
            return codec.encode(value, type);
        }

        @Override
        public <T> @Nullable T decode(byte[] bytes, TypeToken<T> type) {
            lookHere();
            return codec.decode(bytes, type);
        }

        @Override
        public <T> @Nullable T decodeStrictly(byte[] bytes, TypeToken<T> type) {
            lookHere();
            return codec.decodeStrictly(bytes, type);
        }

        @Override
        public byte[] digest(byte[] bytes) {
            lookHere();
            return codec.digest(bytes);
        }
    }

    private EngineNode start(ClassLoader loader) {
        Thread.currentThread().setName("test");
        become("starter", loader);
        EngineNode node = EngineNode.start(
                database, builder -> builder.codec(new LookingCodec()).register(WORK, this::work));
        become("submitter", submitter);
        return node;
    }

    private void assertSeen(ClassLoader expected) {
        assertThat(seen.stream().map(Seen::place).collect(Collectors.toSet())).isEqualTo(PLACES);
        assertThat(seen).allSatisfy(one -> {
            assertThat(one.tenant()).as("%s", one).isNull();
            assertThat(one.loader()).as("%s", one).isSameAs(expected);
        });
    }

    @Test
    void aFirstRunHasNothingOfItsSubmitter() {
        try (EngineNode node = start(starter)) {
            for (Submission submission : List.of(Submission.plain(), Submission.key("k"), Submission.id("i"))) {
                seen.clear();
                assertThat(node.run(WORK, "in", submission)).isEqualTo("in");
                assertSeen(starter);
            }
        }
    }

    /** In memory, and loaded again after it was unloaded. */
    @Test
    void aRunAfterAFailureIsAlike() {
        fails = true;
        for (Duration wait : List.of(SHORT, EngineNode.CONFIG.keptLoaded().plusMillis(1))) {
            backOff = wait;
            try (EngineNode node = start(starter)) {
                seen.clear();
                assertThat(node.run(WORK, "in")).isEqualTo("in");
                assertSeen(starter);
            }
        }
    }

    @Test
    void aRunAfterATakeOverHasTheLoaderOfItsNewNode() {
        fails = true;
        backOff = Duration.ofSeconds(1);
        String id;
        try (EngineNode node = start(submitter)) {
            id = node.submit(WORK, "in").id();
            Await.until("it backs off", () -> node.find(id).waitingFor().isPresent());
        }
        seen.clear();
        try (EngineNode next = start(starter)) {
            next.await(id, WorkflowStatus.COMPLETED);
        }
        seen.removeIf(one -> one.place().equals("body"));
        seen.add(new Seen("body", "ran before", null, starter));
        assertSeen(starter);
    }
}
