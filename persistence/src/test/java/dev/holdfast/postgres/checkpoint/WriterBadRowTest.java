package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database can never take stops the workflow that it belongs to, and no other one. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WriterBadRowTest {
    private static final int NEIGHBOURS = 15;

    @RegisterExtension
    private final WriterFixture fixture = new WriterFixture().start(1);

    private final List<CompletableFuture<Void>> guiltyFutures = new ArrayList<>();

    @AfterEach
    void cleanUp() {
        guiltyFutures.clear();
        fixture.run("drop trigger if exists refuse on holdfast.log; truncate holdfast.log");
    }

    /** Something that cannot be stored, and what the error must tell. */
    record Bad(String what, WorkflowWrite write, String message) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Bad> bad() {
        Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
        return Stream.of(
                new Bad("U+0000 in a text", FlushFixture.intent(0, "a\0b"), "0x00"),
                new Bad("a violated check", WriterFixture.creation(0, false), "violates check constraint"),
                new Bad("U+0000 in JSON", FlushFixture.parked("a\0b"), "\\u0000"),
                new Bad(
                        "a number out of range, found out before it is sent",
                        new WorkflowWrite.Outcome(
                                Position.main(0), 1, WorkflowWrite.Outcome.State.FAILED, new byte[0], endless),
                        "overflow"));
    }

    /** The entries of one batch, the bad one in the midst of them. */
    private List<CompletableFuture<Void>> commitTogether(WorkflowMailbox guilty, WorkflowWrite bad) {
        List<CompletableFuture<Void>> neighbours = new ArrayList<>();
        List<WorkflowMailbox> mailboxes =
                Stream.generate(fixture::accepted).limit(NEIGHBOURS).toList();
        fixture.whileBusy(() -> {
            for (int i = 0; i < NEIGHBOURS; i++) {
                neighbours.add(mailboxes.get(i).record(FlushFixture.intent(0, "good")));
                if (i == NEIGHBOURS / 2) {
                    guiltyFutures.add(put(guilty, bad));
                }
            }
        });
        return neighbours;
    }

    private static CompletableFuture<Void> put(WorkflowMailbox mailbox, WorkflowWrite write) {
        return mailbox.put(write, null, !(write instanceof WorkflowWrite.Creation));
    }

    private void assertAllWritten(List<CompletableFuture<Void>> neighbours) {
        neighbours.forEach(Await::done);
        assertThat(fixture.one("select count(*) from holdfast.log where name = 'good'", Integer.class))
                .isEqualTo(NEIGHBOURS);
        assertThat(fixture.lost).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadRowStopsItsOwnWorkflowAndNoOther(Bad bad) {
        WorkflowMailbox guilty =
                bad.write() instanceof WorkflowWrite.Creation ? fixture.mailbox(fixture.newKey()) : fixture.accepted();
        List<CompletableFuture<Void>> neighbours = commitTogether(guilty, bad.write());
        assertThat(Await.failure(guiltyFutures.getFirst()))
                .isInstanceOf(RecordRefusedException.class)
                .hasMessageContaining(bad.message());
        assertAllWritten(neighbours);
        assertThat(fixture.records(guilty)).isZero();
    }

    /** Data exceptions, violated constraints, limits: by class, however the server comes to raise them. */
    @ParameterizedTest
    @ValueSource(strings = {"22001", "22P02", "23502", "23514", "54000"})
    void whatTheDatabaseRefusesAsDataIsRefused(String sqlState) {
        refuseRecordsNamed("guilty", sqlState);
        WorkflowMailbox guilty = fixture.accepted();
        List<CompletableFuture<Void>> neighbours = commitTogether(guilty, FlushFixture.intent(0, "guilty"));
        assertThat(Await.failure(guiltyFutures.getFirst()))
                .isInstanceOf(RecordRefusedException.class)
                .hasMessageContaining("refused by the test");
        assertAllWritten(neighbours);
    }

    /** A trigger is the only way to make a server raise what it likes. */
    private void refuseRecordsNamed(String name, String sqlState) {
        fixture.run("""
                create or replace function holdfast.refuse() returns trigger language plpgsql as $$ begin
                    raise exception 'refused by the test' using errcode = '%s', constraint = 'a_rule'; end $$;
                create trigger refuse before insert on holdfast.log for each row
                    when (new.name = '%s') execute function holdfast.refuse()""".formatted(sqlState, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"53100", "53200", "40001", "40P01", "57014"})
    void whatPassesIsTriedUntilItHasPassed(String sqlState) {
        refuseRecordsNamed("unlucky", sqlState);
        WorkflowMailbox unlucky = fixture.accepted();
        CompletableFuture<Void> future = unlucky.record(FlushFixture.intent(0, "unlucky"));
        int sent = fixture.flushes.size();
        Await.until("it is tried again", () -> fixture.flushes.size() >= sent + 2);
        assertThat(future).isNotDone();
        fixture.run("drop trigger refuse on holdfast.log");
        Await.done(future);
        assertThat(fixture.records(unlucky)).isEqualTo(1);
    }

    /** Errors of the server that may be about one row. */
    @ParameterizedTest
    @ValueSource(strings = {"XX000", "XX001", "P0001"})
    void whatMayPassKeepsNobodyElseWaiting(String sqlState) {
        refuseRecordsNamed("unlucky", sqlState);
        WorkflowMailbox unlucky = fixture.accepted();
        assertAllWritten(commitTogether(unlucky, FlushFixture.intent(0, "unlucky")));
        CompletableFuture<Void> future = guiltyFutures.getFirst();
        assertThat(future).isNotDone();
        fixture.run("drop trigger refuse on holdfast.log");
        Await.done(future);
        assertThat(fixture.records(unlucky)).isEqualTo(1);
    }

    @Test
    void aBadRowIsFoundByHalving() {
        List<CompletableFuture<Void>> neighbours = commitTogether(fixture.accepted(), FlushFixture.intent(0, "a\0b"));
        assertAllWritten(neighbours);
        // Sixteen, and then two for each halving: 8, 4, 2, 1.
        assertThat(fixture.flushes.size()).isLessThanOrEqualTo(1 + 2 * 4);
    }

    @Test
    void whatFollowsABadRecordInItsMailboxIsNotWritten() {
        WorkflowMailbox guilty = fixture.accepted();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        fixture.whileBusy(() -> {
            futures.add(guilty.record(FlushFixture.intent(0, "a\0b")));
            futures.add(guilty.record(FlushFixture.intent(1, "after")));
        });
        assertThat(futures).allMatch(future -> Await.failure(future) instanceof RecordRefusedException);
        assertThat(Await.failure(guilty.record(FlushFixture.intent(2, "later"))))
                .isInstanceOf(RecordRefusedException.class);
        assertThat(fixture.records(guilty)).isZero();
    }

    @Test
    void aWorkflowWithABadRecordCanBeParkedBehindItsLastGoodOne() {
        WorkflowMailbox guilty = fixture.accepted();
        Await.done(guilty.record(FlushFixture.intent(0, "good")));
        assertThat(Await.failure(guilty.record(FlushFixture.intent(1, "a\0b"))))
                .isInstanceOf(RecordRefusedException.class);
        Await.done(guilty.record(FlushFixture.parked("stack")));
        assertThat(fixture.all("select seq || ' ' || event from holdfast.log order by seq", String.class))
                .containsExactly("1 1", "2 20");
    }

    /** The tables of an era are made by the node: what must go into them waits. */
    @Test
    void aPlaceThatIsNotThereKeepsItsOwnWorkflowWaitingAndNoOther() {
        WorkflowKey key = fixture.newKey();
        WorkflowMailbox guilty = fixture.mailbox(new WorkflowKey(key.bucket(), 99, key.uid()));
        List<CompletableFuture<Void>> neighbours = commitTogether(guilty, WriterFixture.queued());
        assertAllWritten(neighbours);
        CompletableFuture<Void> future = guiltyFutures.getFirst();
        assertThat(future).isNotDone();
        fixture.run("select holdfast.add_era(99)");
        Await.done(future);
    }
}
