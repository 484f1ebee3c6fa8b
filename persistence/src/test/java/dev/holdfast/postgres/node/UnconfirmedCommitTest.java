package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.postgres.schema.Migrations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Commits wait for a standby that is not there, and somebody cancels the waits: each is then committed here only, and a
 * failover would lose it. Whatever is promised to a caller must not be promised then, and repeating it must not be
 * either until the standby is there.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnconfirmedCommitTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("confirmed", 1, Integer.class, Integer.class);
    private static final Definition<Integer, Integer> PARKED = Definition.of("parked", 1, Integer.class, Integer.class);
    private static final ActionOptions BECAUSE = ActionOptions.because("test");

    private final EmbeddedServer server = EmbeddedServer.temporary();
    private final Jdbi jdbi = JdbiFactory.on(TestNode.dataSource(server.jdbcUrl()));
    private final ApiKeys keys = ApiKeys.in(TestNode.config(server.jdbcUrl()));
    private final AtomicInteger keysCreated = new AtomicInteger();
    private Holdfast holdfast;
    private String parked;

    /** A call by which something is promised; it must be safe to repeat. */
    @FunctionalInterface
    interface Promise {
        void make(UnconfirmedCommitTest test);
    }

    static Stream<Named<Promise>> promises() {
        return Stream.of(
                promise("submit", test -> test.holdfast.submit(DEFINITION, 1)),
                promise("submit under a key", test -> test.holdfast.submit(DEFINITION, 1, Submission.key("k"))),
                promise("submit under an id", test -> test.holdfast.submit(DEFINITION, 1, Submission.id("i"))),
                promise(
                        "terminate",
                        test -> test.holdfast.admin().terminate(test.parked, BECAUSE.key("terminate"), Duration.ZERO)),
                promise(
                        "set a retention rule",
                        test -> test.holdfast.admin().retain(RetentionRule.keep(Duration.ofDays(30)), BECAUSE)),
                promise(
                        "create an API key",
                        test -> test.keys.create(
                                new ApiKeys.Wanted(
                                        "%08d".formatted(test.keysCreated.incrementAndGet()),
                                        "0".repeat(64),
                                        "ann",
                                        "ADMIN",
                                        List.of(),
                                        "test",
                                        Optional.empty()),
                                BECAUSE)));
    }

    private static Named<Promise> promise(String name, Promise promise) {
        return Named.of(name, promise);
    }

    @BeforeAll
    void start() {
        Migrations.migrate(TestNode.dataSource(server.jdbcUrl()));
        holdfast = TestNode.builder(server.jdbcUrl(), server.jdbcUrl(), WorkflowMailbox::new)
                .config(EngineConfig.defaults().acceptWait(Duration.ofSeconds(1)))
                .register(DEFINITION, (ctx, input) -> input)
                .register(PARKED, (ctx, input) -> {
                    throw new IllegalStateException("parked");
                })
                .start();
        parked = holdfast.submit(PARKED, 1).id();
        Await.until("it is parked", () -> holdfast.admin().find(parked).status() == WorkflowStatus.DEAD_LETTERED);
    }

    @AfterAll
    void close() {
        waitForStandby("");
        holdfast.close();
        server.close();
    }

    @ParameterizedTest
    @MethodSource("promises")
    void nothingIsPromisedUntilTheStandbyConfirms(Promise promise) {
        waitForStandby("nobody");
        try (Cancelling cancelling = new Cancelling()) {
            cancelling.start();
            assertThatThrownBy(() -> promise.make(this)).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> promise.make(this))
                    .as("it is there now, but no safer")
                    .isInstanceOf(StoreUnavailableException.class);
        } finally {
            waitForStandby("");
        }
        Await.until("it is promised", () -> isPromised(promise));
    }

    private boolean isPromised(Promise promise) {
        try {
            promise.make(this);
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private void waitForStandby(String name) {
        jdbi.useHandle(handle -> {
            handle.execute("alter system set synchronous_standby_names = '" + name + "'");
            handle.execute("select pg_reload_conf()");
        });
        Await.until(
                "the server has read it",
                () -> jdbi.withHandle(handle -> handle.createQuery("show synchronous_standby_names")
                                .mapTo(String.class)
                                .one())
                        .equals(name));
    }

    /** Cancels waits for the standby, as fast as it finds them. */
    private final class Cancelling implements AutoCloseable {
        private volatile boolean over;
        private Future<Void> cancelled = CompletableFuture.completedFuture(null);

        void start() {
            cancelled = CompletableFuture.runAsync(this::run);
        }

        private void run() {
            while (!over) {
                jdbi.useHandle(handle -> handle.execute(
                        "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"));
            }
        }

        @Override
        public void close() {
            over = true;
            Await.done(cancelled);
        }
    }
}
