package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.Request;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A batch costs one client message and one commit, whatever is in it. */
@Timeout(60)
class WriterCostTest {
    private static final int ROUNDS = 60;
    /** An autovacuum worker that happens to come by commits too. */
    private static final int OF_OTHERS = 20;

    @RegisterExtension
    private final WriterFixture fixture = new WriterFixture();

    /** Every kind of write: creations, intents, outcomes, loadings, ends of all kinds. */
    private void writeRounds() {
        for (int round = 0; round < ROUNDS; round++) {
            List<WorkflowMailbox> mailboxes = Stream.generate(() -> fixture.mailbox(fixture.newKey()))
                    .limit(6)
                    .toList();
            mailboxes.forEach(mailbox -> Await.done(mailbox.create(WriterFixture.queued())));
            Stream.concat(
                            mailboxes.stream().map(mailbox -> mailbox.move(new WorkflowWrite.Loading(1, 0))),
                            mailboxes.stream().map(mailbox -> mailbox.record(FlushFixture.intent(0, "step"))))
                    .toList()
                    .forEach(Await::done);
            mailboxes.stream().map(WriterCostTest::end).toList().forEach(Await::done);
        }
    }

    private static CompletableFuture<Void> end(WorkflowMailbox mailbox) {
        mailbox.hold(FlushFixture.outcome(0, new byte[] {'1'}));
        WorkflowStatus[] ends = {WorkflowStatus.COMPLETED, WorkflowStatus.FAILED, WorkflowStatus.CANCELLED};
        WorkflowStatus status = ends[Math.floorMod(mailbox.key().uid().hashCode(), ends.length)];
        return mailbox.record(new HistoryEvent.Ended(status, new byte[] {'1'}));
    }

    @Test
    void aBatchIsOneClientMessage() {
        fixture.start(1);
        fixture.accepted();
        PgLink link = fixture.flushes.getFirst().link();
        int requests = link.requests();
        int batches = fixture.flushes.size();
        writeRounds();
        List<Request> sent = fixture.flushes.subList(batches, fixture.flushes.size());
        assertThat(sent).extracting(Request::link).containsOnly(link);
        assertThat(link.requests() - requests).isEqualTo(sent.size());
        // Bind, Describe, Execute, Sync; once more Parse when the driver names the statement.
        assertThat(sent.stream().skip(10)).allMatch(request -> request.messages() <= 4);
        assertThat(sent).allMatch(Request::isFlush);
    }

    @Test
    void aBatchIsOneCommit() throws Exception {
        try (Connection counter = fixture.database.dataSource().getConnection()) {
            counter.setAutoCommit(false); // counts nothing of its own
            long before = commitsOnceAlone(counter);
            fixture.start(1);
            writeRounds();
            fixture.stop();
            long commits = commitsOnceAlone(counter) - before;
            int batches = fixture.flushes.size();
            assertThat(batches).isGreaterThan(3 * OF_OTHERS);
            // The connection enrols itself once.
            assertThat(commits).isBetween(batches + 1L, batches + 1L + OF_OTHERS);
        }
    }

    /** A backend counts what it did at its end, at the latest. */
    private static long commitsOnceAlone(Connection counter) throws SQLException {
        try (Statement statement = counter.createStatement()) {
            statement.execute("set local stats_fetch_consistency = none");
            Await.until("all other sessions are gone", () -> {
                try {
                    statement.execute("select pg_stat_clear_snapshot()");
                    return number(statement, """
                            select count(*) from pg_stat_activity where datname = current_database()
                            and backend_type = 'client backend' and pid <> pg_backend_pid()""") == 0;
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            return number(statement, "select xact_commit from pg_stat_database where datname = current_database()");
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
