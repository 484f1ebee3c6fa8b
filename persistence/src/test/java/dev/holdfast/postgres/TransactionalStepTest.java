package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.StepScope;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowContext.MisusedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a body may do, and what becomes of its writes. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TransactionalStepTest {
    private static final Definition<String, String> DEFINITION =
            Definition.of("transactional", 1, String.class, String.class);
    private static final Step STEP = Step.named("write")
            .retry(RetryPolicy.exponential(Duration.ofMillis(1), 2))
            .timeout(Duration.ofSeconds(3));
    private static final Duration BOUND = Duration.ofSeconds(30);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final Map<String, TransactionBody<String>> bodies = new ConcurrentHashMap<>();
    private final AtomicInteger calls = new AtomicInteger();
    private volatile Isolation isolation = Isolation.READ_COMMITTED;
    private Holdfast holdfast;

    @BeforeAll
    void start() {
        jdbi.useHandle(handle -> {
            handle.execute("create table effect (id text primary key, times integer not null default 1)");
            handle.execute("create table child (id text primary key deferrable initially deferred,"
                    + " effect text references effect deferrable initially deferred)");
        });
        holdfast = TestNode.start(database.jdbcUrl(), builder -> builder.register(DEFINITION, this::run));
    }

    private String run(WorkflowContext ctx, String input) {
        try {
            return ctx.step(STEP, String.class, Transactional.body(isolation, (handle, step) -> {
                calls.incrementAndGet();
                return Objects.requireNonNull(bodies.get(input)).run(handle, step);
            }));
        } catch (StepRejectedException e) {
            return "rejected: " + e.reason();
        }
    }

    @BeforeEach
    void clear() {
        jdbi.useHandle(handle -> handle.execute("truncate effect, child"));
        calls.set(0);
        isolation = Isolation.READ_COMMITTED;
    }

    @AfterAll
    void close() {
        holdfast.close();
    }

    private static String write(Handle handle, StepScope step) {
        handle.execute(
                "insert into effect (id) values (?) on conflict (id) do update set times = effect.times + 1",
                step.workflowId());
        return "written";
    }

    private WorkflowHandle<String> submit(TransactionBody<String> body) {
        String name = "body-" + bodies.size();
        bodies.put(name, body);
        return holdfast.submit(DEFINITION, name);
    }

    private DeadLetter parked(WorkflowHandle<String> handle) {
        Await.until(
                "it is parked",
                () -> holdfast.admin().find(handle.id()).deadLetter().isPresent());
        return holdfast.admin()
                .deadLetter(holdfast.admin().find(handle.id()).deadLetter().orElseThrow());
    }

    private List<Integer> effects() {
        return jdbi.withHandle(handle -> handle.createQuery("select times from effect")
                .mapTo(Integer.class)
                .list());
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    void theWritesAndTheOutcomeAreCommittedOnceAtEachLevel(Isolation level) {
        isolation = level;
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            write(transaction, step);
            return transaction
                    .createQuery("show transaction_isolation")
                    .mapTo(String.class)
                    .one();
        });

        assertThat(handle.result(BOUND)).isEqualTo(level.sql());
        assertThat(effects()).containsExactly(1);
    }

    @Test
    void aThrowingBodyLeavesNothingAndIsTriedAgain() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            write(transaction, step);
            if (step.attempt() == 1) {
                throw new IOException("the first attempt fails");
            }
            return "attempt " + step.attempt();
        });

        assertThat(handle.result(BOUND)).isEqualTo("attempt 2");
        assertThat(effects()).containsExactly(1);
    }

    @Test
    void aRejectionLeavesNothingAndIsFinal() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            write(transaction, step);
            throw new StepRejected("no");
        });

        assertThat(handle.result(BOUND)).isEqualTo("rejected: no");
        assertThat(calls).hasValue(1);
        assertThat(effects()).isEmpty();
    }

    /** A call that would end the transaction. */
    @FunctionalInterface
    interface Ending {
        void on(Handle handle) throws SQLException;
    }

    static Stream<Named<Ending>> endings() {
        return Stream.of(
                Named.of("handle.commit", Handle::commit),
                Named.of("handle.rollback", Handle::rollback),
                Named.of("commit", handle -> handle.getConnection().commit()),
                Named.of("rollback", handle -> handle.getConnection().rollback()),
                Named.of("close", handle -> handle.getConnection().close()),
                Named.of("setAutoCommit", handle -> handle.getConnection().setAutoCommit(true)));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void aCallThatWouldEndTheTransactionIsRefused(Ending ending) {
        DeadLetter letter = parked(submit((transaction, step) -> {
            write(transaction, step);
            ending.on(transaction);
            return "";
        }));

        assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE.name());
        assertThat(letter.error().message()).contains("the engine commits", "Remove the call", "use a savepoint");
        assertThat(effects()).isEmpty();
    }

    @Test
    void closingTheHandleLeavesTheTransactionOpen() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            try (transaction) {
                return write(transaction, step);
            }
        });

        assertThat(handle.result(BOUND)).isEqualTo("written");
        assertThat(effects()).containsExactly(1);
    }

    @Test
    void aRefusedCallThatTheBodyCatchesChangesNothing() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            write(transaction, step);
            assertThatThrownBy(() -> transaction.getConnection().commit()).isInstanceOf(MisusedException.class);
            return write(transaction, step);
        });

        assertThat(handle.result(BOUND)).isEqualTo("written");
        assertThat(effects()).containsExactly(2);
    }

    @Test
    void aTransactionOfJdbiJoinsAndASavepointUndoesAPart() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            transaction.useTransaction(nested -> write(nested, step));
            Connection connection = transaction.getConnection();
            Savepoint before = connection.setSavepoint();
            assertThatThrownBy(() -> transaction.execute("insert into effect (id) values (?)", step.workflowId()))
                    .isInstanceOf(JdbiException.class);
            connection.rollback(before);
            transaction.savepoint("open");
            return write(transaction, step);
        });

        assertThat(handle.result(BOUND)).isEqualTo("written");
        assertThat(effects())
                .as("the savepoint that is left open is committed, too")
                .containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"commit", "rollback", "commit; begin", "commit and chain", "commit; throw", "commit; fail"})
    void aBodyThatEndsItsTransactionByItselfIsInDoubt(String sql) {
        DeadLetter letter = parked(submit((transaction, step) -> {
            write(transaction, step);
            transaction.execute(sql.replace("; throw", "").replace("; fail", ""));
            if (sql.endsWith("throw")) {
                throw new IOException("after the commit");
            }
            if (sql.endsWith("fail")) {
                transaction.execute("select 1/0");
            }
            return "";
        }));

        assertThat(letter.cause()).isEqualTo(Cause.IN_DOUBT.name());
        assertThat(letter.error().message()).contains("ended its transaction by itself", "remove COMMIT");
        assertThat(calls).as("a second run could double it").hasValue(1);
    }

    @Test
    void oneInDoubtRunsAgainOnlyAnyway() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            String value = write(transaction, step);
            if (step.attempt() == 1) {
                transaction.execute("commit");
            }
            return value;
        });
        String letter = parked(handle).id();
        Admin admin = holdfast.admin();
        ActionOptions why = ActionOptions.because("the body is mended").by("ann");

        assertThatThrownBy(() -> admin.retry(letter, why, BOUND)).isInstanceOf(StepInDoubtException.class);
        assertThat(calls).hasValue(1);
        Optional<WorkflowStatus> unused = admin.runAgainAnyway(letter, why, BOUND);
        assertThat(handle.result(BOUND)).isEqualTo("written");
        assertThat(effects()).as("the first transaction and the second").containsExactly(2);
    }

    @Test
    void aSwallowedErrorIsAFailedAttempt() {
        DeadLetter letter = parked(submit((transaction, step) -> {
            write(transaction, step);
            assertThatThrownBy(() -> transaction.execute("select 1/0")).isInstanceOf(JdbiException.class);
            return "";
        }));

        assertThat(letter.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED.name());
        assertThat(letter.error().message()).contains("swallowed an error of the database", "savepoint");
        assertThat(effects()).isEmpty();
    }

    @Test
    void aDeferredConstraintIsAFailedAttempt() {
        DeadLetter letter = parked(submit((transaction, step) -> {
            write(transaction, step);
            transaction.execute("insert into child (id, effect) values ('c', 'nobody')");
            return "";
        }));

        assertThat(letter.cause()).isEqualTo(Cause.RETRIES_EXHAUSTED.name());
        assertThat(letter.error().message()).contains("child_effect_fkey");
        assertThat(calls).hasValue(2);
        assertThat(effects()).isEmpty();
    }

    @Test
    void aBodyBeyondItsTimeoutIsInterruptedAndHoldsNoLock() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            write(transaction, step);
            if (step.attempt() == 1) {
                transaction.execute("select pg_sleep(60)");
            }
            return "attempt " + step.attempt();
        });

        assertThat(handle.result(Duration.ofSeconds(20))).isEqualTo("attempt 2");
        assertThat(effects()).containsExactly(1);
        assertThat(states(handle)).contains("timed-out");
    }

    private List<String> states(WorkflowHandle<String> handle) {
        return holdfast.admin().history(handle.id(), PageRequest.first(10)).items().stream()
                .map(HistoryItem::state)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "40P01"})
    void aCollisionRunsTheBodyAgainWithinTheAttempt(String state) {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            write(transaction, step);
            if (calls.get() < 10) {
                transaction.execute("do $$ begin raise exception 'collided' using errcode = '" + state + "'; end $$");
            }
            return "attempt " + step.attempt();
        });

        assertThat(handle.result(BOUND)).as("10 runs").isEqualTo("attempt 1");
        assertThat(effects()).containsExactly(1);
    }

    @Test
    void theEleventhCollisionIsAFailedAttempt() {
        WorkflowHandle<String> handle = submit((transaction, step) -> {
            if (calls.get() <= 10) {
                transaction.execute("do $$ begin raise exception 'collided' using errcode = '40001'; end $$");
            }
            return "attempt " + step.attempt();
        });

        assertThat(handle.result(BOUND)).isEqualTo("attempt 2");
        assertThat(calls).hasValue(11);
    }

    @Test
    void theConnectionOfABodyThatHasEndedRefuses() {
        AtomicReference<Connection> kept = new AtomicReference<>();
        submit((transaction, step) -> {
                    kept.set(transaction.getConnection());
                    return write(transaction, step);
                })
                .result(BOUND);

        assertThatThrownBy(() -> kept.get().createStatement())
                .isInstanceOf(MisusedException.class)
                .hasMessageContaining("whose body has ended");
    }
}
