package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastException;
import dev.holdfast.InvalidInputException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.Submitter;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.WorkflowEndedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.Await;
import dev.holdfast.memory.MemoryHoldfast;
import dev.holdfast.postgres.node.NodeFixture;
import java.sql.Connection;
import java.sql.Savepoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Submissions and signals in the transaction of the caller. */
@Timeout(120)
class EnqueueTest extends EnqueueScenarios {
    @Test
    void whatIsCommittedRunsAndWasNotSeenBefore() throws Exception {
        try (Connection connection = begin()) {
            String plain = Enqueue.in(fixture.engine(), connection).submit(NodeFixture.DEFINITION, "plain");
            String keyed = submit(connection, "keyed", newKey().label("tenant", "acme"));
            String named = submit(connection, "named", Submission.id("mine-1").deadline(Duration.ofDays(2)));
            assertThat(named).isEqualTo("mine-1");
            List.of(plain, keyed, named).forEach(this::assertNeverSeen);
            connection.commit();
            assertThat(result(plain)).isEqualTo("plain!");
            assertThat(result(keyed)).isEqualTo("keyed!");
            assertThat(result(named)).isEqualTo("named!");
            assertThat(fixture.engine().admin().find(keyed).labels()).containsEntry("tenant", "acme");
            assertThat(fixture.engine().admin().find(named).deadline().orElseThrow())
                    .isBetween(
                            Instant.now().plus(Duration.ofDays(1)),
                            Instant.now().plus(Duration.ofDays(3)));
        }
    }

    @Test
    void whatIsRolledBackWasNever() throws Exception {
        Submission key = newKey();
        try (Connection connection = begin()) {
            String id = submit(connection, "one", key);
            connection.rollback();
            assertNeverSeen(id);
            String other = submit(connection, "another input", key);
            assertThat(other).isNotEqualTo(id);
            connection.commit();
            assertThat(result(other)).isEqualTo("another input!");
            assertNeverSeen(id);
        }
    }

    @Test
    void aSavepointTakesBackWhatCameBehindIt() throws Exception {
        try (Connection connection = begin()) {
            String before = submit(connection, "before", newKey());
            Savepoint savepoint = connection.setSavepoint();
            String behind = submit(connection, "behind", newKey());
            connection.rollback(savepoint);
            connection.commit();
            assertThat(result(before)).isEqualTo("before!");
            assertNeverSeen(behind);
        }
    }

    /** So a refusal costs a caller with a savepoint nothing but the refused call. */
    @Test
    void aRefusalLeavesWhatCameBeforeItsSavepoint() throws Exception {
        Submission key = newKey();
        String there = fixture.submit("there", key).id();
        try (Connection connection = begin()) {
            String before = submit(connection, "before", newKey());
            Savepoint savepoint = connection.setSavepoint();
            assertThatThrownBy(() -> submit(connection, "other", key))
                    .isInstanceOfSatisfying(
                            SubmissionConflictException.class,
                            e -> assertThat(e.existingId()).isEqualTo(there));
            assertThatThrownBy(() -> submit(connection, "more", newKey()))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("has failed before");
            connection.rollback(savepoint);
            connection.commit();
            assertThat(result(before)).isEqualTo("before!");
        }
    }

    @Test
    void aCallerThatDiesBeforeItsCommitHasDoneNothingAndOneThatDiesBehindItEverything() throws Exception {
        String lost;
        String kept;
        try (Connection connection = begin()) {
            lost = submit(connection, "lost", newKey());
            fixture.count("select pg_terminate_backend(" + pid(connection) + ", 5000)::integer");
        }
        try (Connection connection = begin()) {
            kept = submit(connection, "kept", newKey());
            int pid = pid(connection);
            connection.commit();
            fixture.count("select pg_terminate_backend(" + pid + ", 5000)::integer");
        }
        assertThat(result(kept)).isEqualTo("kept!");
        assertNeverSeen(lost);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                Connection.TRANSACTION_READ_COMMITTED,
                Connection.TRANSACTION_REPEATABLE_READ,
                Connection.TRANSACTION_SERIALIZABLE
            })
    void everyIsolationLevelWillDo(int level) throws Exception {
        Submission key = newKey();
        try (Connection connection = begin()) {
            connection.setTransactionIsolation(level);
            Enqueue enqueue = Enqueue.in(fixture.engine(), connection);
            String id = enqueue.submit(NodeFixture.DEFINITION, "wait-" + level, key);
            assertThat(enqueue.submit(NodeFixture.DEFINITION, "wait-" + level, key))
                    .isEqualTo(id);
            enqueue.signal(id, NOTE, "one", "k");
            enqueue.signal(id, NOTE, "one", "k");
            connection.commit();
            assertThat(fixture.submit("wait-" + level, key).id()).isEqualTo(id);
            Await.until("its signal is recorded", () -> received(id) == 1);
            fixture.let("wait-" + level);
            assertThat(result(id)).isEqualTo("wait-" + level + "!");
        }
    }

    @Test
    void aCallerAndTheEngineJoinEachOther() throws Exception {
        Submission byEngine = newKey();
        Submission byCaller = newKey();
        String first = fixture.submit("a", byEngine).id();
        try (Connection connection = begin()) {
            assertThat(submit(connection, "a", byEngine)).isEqualTo(first);
            String second = submit(connection, "b", byCaller);
            assertThat(submit(connection, "b", byCaller)).isEqualTo(second);
            connection.commit();
            assertThat(fixture.submit("b", byCaller).id()).isEqualTo(second);
            assertThatThrownBy(() -> fixture.submit("c", byCaller)).isInstanceOf(SubmissionConflictException.class);
            String generated = fixture.submit("plain").id();
            assertThat(submit(connection, "plain", Submission.id(generated))).isEqualTo(generated);
            assertThatThrownBy(() -> submit(connection, "other", Submission.id(generated)))
                    .isInstanceOf(SubmissionConflictException.class);
        }
    }

    /** As a hash of the input is kept of one that the engine has accepted. */
    @Test
    void aScrubbedWorkflowIsStillJoinedByItsInput() throws Exception {
        Submission key = newKey();
        try (Connection connection = begin()) {
            String id = submit(connection, "secret", key);
            connection.commit();
            result(id);
            fixture.engine().admin().scrub(id, ActionOptions.because("a test"), WAIT);
            assertThat(submit(connection, "secret", key)).isEqualTo(id);
            assertThat(fixture.submit("secret", key).id()).isEqualTo(id);
            assertThatThrownBy(() -> submit(connection, "other", key)).isInstanceOf(SubmissionConflictException.class);
        }
    }

    @Test
    void signalsAreKeptFromTheSubmissionOnAndRefusedBehindTheEnd() throws Exception {
        try (Connection connection = begin()) {
            Enqueue enqueue = Enqueue.in(fixture.engine(), connection);
            String id = enqueue.submit(NodeFixture.DEFINITION, "wait-sig", newKey().signal(NOTE, "attached"));
            enqueue.signal(id, NOTE, "sent");
            connection.commit();
            Await.until("both are recorded", () -> received(id) == 2);
            fixture.let("wait-sig");
            result(id);
            assertThatThrownBy(() -> enqueue.signal(id, NOTE, "late"))
                    .isInstanceOfSatisfying(
                            WorkflowEndedException.class,
                            e -> assertThat(e.status()).isEqualTo(WorkflowStatus.COMPLETED));
            connection.rollback();
            assertThatThrownBy(() -> enqueue.signal("nobody", NOTE, "lost"))
                    .isInstanceOf(UnknownWorkflowException.class);
        }
    }

    @Test
    void weakerCommitsAreRaisedAndNotOfLaterTransactions() throws Exception {
        try (Connection connection = begin()) {
            for (String weaker : List.of("off", "local", "remote_write")) {
                execute(connection, "set synchronous_commit = " + weaker);
                submit(connection, "a", newKey());
                assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
                assertThat(setting(connection, "lock_timeout")).isEqualTo("0");
                connection.commit();
                assertThat(setting(connection, "synchronous_commit")).isEqualTo(weaker);
            }
        }
    }

    @Test
    void aDelayedOneWaitsForItsStartAndIsCancelledAtOnce() throws Exception {
        try (Connection connection = begin()) {
            String soon = submit(connection, "soon", newKey().after(Duration.ofSeconds(2)));
            String later = submit(connection, "later", newKey().at(Instant.now().plus(Duration.ofDays(30))));
            connection.commit();
            WorkflowSummary summary = fixture.engine().admin().find(later);
            assertThat(summary.status()).isEqualTo(WorkflowStatus.QUEUED);
            assertThat(summary.waitingFor().orElseThrow().until().orElseThrow())
                    .isAfter(Instant.now().plus(Duration.ofDays(29)));
            assertThat(fixture.engine().admin().cancel(later, ActionOptions.because("a test"), WAIT))
                    .contains(WorkflowStatus.CANCELLED);
            assertThat(result(soon)).isEqualTo("soon!");
            WorkflowSummary ran = fixture.engine().admin().find(soon);
            assertThat(Duration.between(ran.createdAt(), ran.startedAt().orElseThrow()))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(1_900));
        }
    }

    @Test
    void whatTheEngineCanRefuseLeavesTheTransactionAsItWas() throws Exception {
        try (Connection connection = begin();
                Holdfast memory = MemoryHoldfast.create()
                        .register(NodeFixture.DEFINITION, (ctx, input) -> input)
                        .start()) {
            Enqueue enqueue = Enqueue.in(fixture.engine(), connection);
            assertThatThrownBy(() -> enqueue.submit(NodeFixture.DEFINITION, null))
                    .isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> submit(connection, "a", newKey().by(Submitter.named("ann"))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Enqueue.in(memory, connection)).isInstanceOf(IllegalArgumentException.class);
            String id = submit(connection, "a", newKey());
            connection.commit();
            assertThat(result(id)).isEqualTo("a!");
            connection.setAutoCommit(true);
            assertThatThrownBy(() -> Enqueue.in(fixture.engine(), connection))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("autocommit");
        }
    }
}
