package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionHeldException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.postgres.wire.Request;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way to write under every fault of the way to the database: what is promised is there exactly once, nothing that
 * arrives late changes it, and the node goes on. A missing standby has a test of its own,
 * {@link UnconfirmedCommitTest}, and so have threads that an error ends, {@link ThreadWatchTest}.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WriteFaultTest {
    private static final Definition<Integer, Integer> STEPS = Definition.of("steps", 1, Integer.class, Integer.class);
    private static final Definition<Integer, Integer> PARKED = Definition.of("parked", 1, Integer.class, Integer.class);
    private static final ActionOptions BECAUSE = ActionOptions.because("test");
    private static final Duration LOCKED = Duration.ofMillis(500);
    private static final String BROKEN_LOGS = """
            select count(*) from (select from holdfast.log group by uid
                having min(seq) <> 1 or max(seq) <> count(*) or count(distinct record_id) <> count(*)) l""";
    private static final String UNFINISHED = """
            select count(*) from holdfast.open_workflow o join holdfast.workflow w using (bucket, uid)
            where w.definition = 'steps'""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final PgProxy proxy = new PgProxy(database.jdbcUrl());
    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
    private Holdfast node;
    private int number;

    /** What happens to the first write of a case. */
    enum Fault {
        CUT_BEFORE,
        CUT_AFTER,
        HANG,
        LOCK
    }

    /** A way to write: the statement that writes, the table that it needs, and how often its effect is there. */
    enum Path {
        SUBMIT("holdfast.flush(", "workflow") {
            @Override
            void write(WriteFaultTest test) {
                AtomicReference<Submission> submission = new AtomicReference<>(Submission.plain());
                test.promised(() -> {
                    try {
                        test.node.submit(STEPS, test.number, submission.get());
                    } catch (StoreUnavailableException e) {
                        submission.set(Submission.id(e.workflowId().orElseThrow()));
                        throw e;
                    }
                });
            }
        },
        SUBMIT_UNDER_A_KEY("holdfast.admit(", "submission") {
            @Override
            void write(WriteFaultTest test) {
                test.promised(() -> test.node.submit(STEPS, test.number, Submission.key("key-" + test.number)));
            }
        },
        SUBMIT_UNDER_AN_ID("holdfast.admit(", "submission") {
            @Override
            void write(WriteFaultTest test) {
                test.promised(() -> test.node.submit(STEPS, test.number, Submission.id("id-" + test.number)));
            }
        },
        STEP("holdfast.flush(", "log") {
            @Override
            void write(WriteFaultTest test) {
                test.gate.get().countDown();
            }
        },
        REQUEST("insert into holdfast.inbox", "inbox") {
            @Override
            void write(WriteFaultTest test) {
                test.terminate();
            }
        },
        DECISION("holdfast.flush(", "audit") {
            @Override
            void write(WriteFaultTest test) {
                test.terminate();
            }
        },
        RULE("into holdfast.retention", "retention") {
            @Override
            void write(WriteFaultTest test) {
                Duration keep = Duration.ofDays(1 + test.number);
                test.promised(() -> test.node.admin().retain(RetentionRule.keep(keep), BECAUSE));
            }
        };

        private final String statement;
        private final String table;

        Path(String statement, String table) {
            this.statement = statement;
            this.table = table;
        }

        /** Writes, and repeats what is not promised. */
        abstract void write(WriteFaultTest test);

        boolean submits() {
            return this == SUBMIT || this == SUBMIT_UNDER_A_KEY || this == SUBMIT_UNDER_AN_ID;
        }
    }

    static Stream<Arguments> cases() {
        return Arrays.stream(Path.values())
                .flatMap(path -> Arrays.stream(Fault.values()).map(fault -> Arguments.of(path, fault)));
    }

    @BeforeAll
    void start() {
        node = PostgresHoldfast.on(
                        PostgresConfig.of(impatient()).nodeName("test").lease(TestNode.LEASE))
                .config(EngineConfig.defaults().acceptWait(Duration.ofSeconds(1)))
                .register(STEPS, (ctx, input) -> {
                    int one = ctx.step("one", Integer.class, step -> {
                        gate.get().await();
                        return input;
                    });
                    return ctx.step("two", Integer.class, step -> one);
                })
                .register(PARKED, (ctx, input) -> {
                    throw new IllegalStateException("parked");
                })
                .start();
    }

    private DatabaseSettings impatient() {
        DatabaseSettings plain = DatabaseSettings.of(proxy.jdbcUrl());
        return plain.pool(plain.pool().readTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }

    @AfterAll
    void close() throws IOException {
        node.close();
        proxy.close();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isThereOnceAndTheNodeGoesOn(Path path, Fault fault) throws Exception {
        number++;
        String parked =
                node.submit(PARKED, number, Submission.id("parked-" + number)).id();
        Await.until("it is parked", () -> node.admin().find(parked).status() == WorkflowStatus.DEAD_LETTERED);
        gate.set(new CountDownLatch(path == Path.STEP ? 1 : 0));
        WorkflowHandle<Integer> running = path == Path.STEP ? node.submit(STEPS, number) : null;
        hit(path, fault);
        assertThat(effects(path, parked)).as("effects of %s", path).isOne();
        assertThat(node.submit(STEPS, 0).result(Duration.ofSeconds(20))).isZero();
        if (running != null) {
            assertThat(running.result(Duration.ofSeconds(20))).isEqualTo(number);
        }
        Await.until("all have ended", () -> count(UNFINISHED) == 0);
        assertThat(count(BROKEN_LOGS)).isZero();
    }

    private void hit(Path path, Fault fault) throws SQLException {
        if (fault == Fault.LOCK) {
            try (ForeignTransaction locking = new ForeignTransaction(database)) {
                locking.execute("set lock_timeout = '20s'");
                locking.execute("lock table holdfast.%s in share row exclusive mode".formatted(path.table));
                CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> path.write(this));
                waitFor(LOCKED);
                locking.rollback();
                Await.done(writing);
            }
        } else {
            AtomicBoolean hit = new AtomicBoolean();
            proxy.rule(rule(path, fault, hit));
            path.write(this);
            Await.until("the fault has hit", hit::get);
            proxy.rule(request -> Action.FORWARD);
            proxy.links().forEach(PgLink::release); // what arrives now is late
        }
    }

    private static Function<Request, Action> rule(Path path, Fault fault, AtomicBoolean hit) {
        AtomicReference<Optional<PgLink>> writing = new AtomicReference<>(Optional.empty());
        boolean inTransaction = path == Path.REQUEST || path == Path.RULE;
        return request -> {
            boolean writes = request.sql().contains(path.statement);
            if (writes && inTransaction) {
                writing.compareAndSet(Optional.empty(), Optional.of(request.link()));
                return Action.FORWARD;
            }
            boolean commits = writing.get().filter(request.link()::equals).isPresent()
                    && request.sql().contains("COMMIT");
            if (!(writes || commits) || !hit.compareAndSet(false, true)) {
                return Action.FORWARD;
            }
            return switch (fault) {
                case CUT_BEFORE -> Action.CUT_BEFORE;
                case CUT_AFTER -> Action.CUT_AFTER;
                default -> Action.HOLD;
            };
        };
    }

    private void terminate() {
        String parked = "parked-" + number;
        promised(() -> node.admin().terminate(parked, BECAUSE.key("terminate-" + number), Duration.ZERO));
        Await.until("it is decided", () -> node.admin().find(parked).status() == WorkflowStatus.CANCELLED);
    }

    /** Repeats a call until it is promised. */
    private void promised(Runnable call) {
        Await.until("it is promised", () -> {
            try {
                call.run();
                return true;
            } catch (StoreUnavailableException | SubmissionHeldException e) {
                return false;
            }
        });
    }

    private long effects(Path path, String parked) {
        if (path.submits()) {
            return count("select count(*) from holdfast.workflow where definition = 'steps' and input = convert_to('"
                    + number + "', 'UTF8')");
        }
        return switch (path) {
            case REQUEST, DECISION ->
                count("select count(*) from holdfast.audit where decided and target like '%" + parked + "%'");
            case RULE ->
                count("select count(*) from holdfast.retention where keep = interval '" + (1 + number) + " days'");
            default -> 1; // the step: by its result, and by its log
        };
    }

    private long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    private static void waitFor(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
