package dev.holdfast.postgres.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.ChildStarted;
import dev.holdfast.spi.ParentCall;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A child is accepted with the record of its parent or not at all, and each of its ends is told to the parent once. */
@Timeout(60)
class ChildAcceptanceTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private FlushFixture fixture;
    private WorkflowKey parent;
    private WorkflowKey child;

    @BeforeEach
    void migrate() {
        fixture = new FlushFixture(database, Migrations.LOCATION);
        parent = fixture.newKey();
        child = fixture.newKey();
    }

    private ChildStarted started(int position, WorkflowKey key, boolean waits) {
        Position call = new Position("0.1", position);
        WorkflowWrite.Creation creation = new WorkflowWrite.Creation(
                "child",
                1,
                Map.of(),
                "{}".getBytes(UTF_8),
                false,
                null,
                null,
                null,
                new ParentCall(parent, call, waits));
        return new ChildStarted(call, "child", key, fixture.installation.ids().format(key), waits, creation);
    }

    private static HistoryEvent ended() {
        return new HistoryEvent.Ended(WorkflowStatus.COMPLETED, "\"done\"".getBytes(UTF_8));
    }

    private List<Map<String, Object>> rows(String sql) {
        return fixture.jdbi.withHandle(
                handle -> handle.createQuery(sql).mapToMap().list());
    }

    @Test
    void aBatchThatIsSentAgainAcceptsTheChildOnce() throws Exception {
        try (FlushCall call = fixture.connect(fixture.incarnation("a"), 1)) {
            Batch batch = fixture.batch(fixture.part(parent, 0, FlushFixture.creation(), started(0, child, true)));
            assertThat(call.send(batch, false).lost()).isEmpty();
            Batch again = fixture.batch(new MailboxBatch(
                    batch.parts().getFirst().mailbox(),
                    batch.parts().getFirst().writes(),
                    null,
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    batch.parts().getFirst().records(),
                    0));
            assertThat(call.send(again, true).lost()).isEmpty();
        }
        assertThat(rows("select uid, parent_uid, parent_branch, parent_position from holdfast.workflow where uid <> '"
                        + parent.uid() + "'"))
                .containsExactly(Map.of(
                        "uid", child.uid(), "parent_uid", parent.uid(), "parent_branch", "0.1", "parent_position", 0));
        assertThat(rows("select status from holdfast.open_workflow where due is not null"))
                .containsExactly(Map.of("status", "QUEUED"));
    }

    @Test
    void aParentThatIsLostAcceptsNoChild() throws Exception {
        try (FlushCall first = fixture.connect(fixture.incarnation("a"), 1);
                FlushCall second = fixture.connect(fixture.incarnation("b"), 1)) {
            first.send(
                    fixture.batch(fixture.part(parent, 0, FlushFixture.creation(), FlushFixture.intent(0, "a"))),
                    false);
            Batch foreign = fixture.batch(fixture.part(parent, 0, started(0, child, true)));
            assertThat(second.send(foreign, true).lost()).containsExactly(parent.uid());
        }
        assertThat(rows("select uid from holdfast.workflow")).hasSize(1);
        assertThat(fixture.rows(parent)).isEqualTo(1);
    }

    @Test
    void aChildOfAClosedEraStopsItsParent() throws Exception {
        WorkflowKey next = new WorkflowKey(parent.bucket(), parent.era() + 1, parent.uid());
        fixture.jdbi.useHandle(handle -> handle.execute("select holdfast.close_era(" + child.era() + ")"));
        try (FlushCall call = fixture.connect(fixture.incarnation("a"), 1)) {
            call.send(
                    fixture.batch(fixture.part(next, 0, FlushFixture.creation(), FlushFixture.intent(0, "a"))), false);
            Batch batch = fixture.batch(fixture.part(next, 1, started(1, child, true)));
            assertThat(call.send(batch, false).lost()).containsExactly(parent.uid());
        }
        assertThat(rows("select uid from holdfast.workflow")).hasSize(1);
        assertThat(fixture.rows(parent)).isEqualTo(1);
    }

    @Test
    void anEndIsToldToTheParentThatWaitsOnce() throws Exception {
        WorkflowKey detached = fixture.newKey();
        try (FlushCall call = fixture.connect(fixture.incarnation("a"), 1)) {
            call.send(
                    fixture.batch(fixture.part(
                            parent, 0, FlushFixture.creation(), started(0, child, true), started(1, detached, false))),
                    false);
            Batch ends = fixture.batch(fixture.part(child, 0, ended()), fixture.part(detached, 0, ended()));
            assertThat(call.send(ends, false).lost()).isEmpty();
            assertThat(call.send(ends, true).lost()).isEmpty();
        }
        assertThat(rows("select id, uid, kind, name, convert_from(payload, 'UTF8') as payload from holdfast.inbox"))
                .containsExactly(Map.of(
                        "id", child.uid(),
                        "uid", parent.uid(),
                        "kind", "SIGNAL",
                        "name", ChildStarted.endSignal(child.uid()),
                        "payload", "COMPLETED\n\"done\""));
    }

    @Test
    void anEndThatTheParentHasIsNotToldAgain() throws Exception {
        try (FlushCall call = fixture.connect(fixture.incarnation("a"), 1)) {
            call.send(fixture.batch(fixture.part(parent, 0, FlushFixture.creation(), started(0, child, true))), false);
            Batch end = fixture.batch(fixture.part(child, 0, ended()));
            assertThat(call.send(end, false).lost()).isEmpty();
            HistoryEvent received = new HistoryEvent.SignalReceived(
                    child.uid(), ChildStarted.endSignal(child.uid()), "COMPLETED\n1".getBytes(UTF_8), Instant.EPOCH);
            call.send(fixture.batch(fixture.part(parent, 1, received)), false);
            assertThat(rows("select id from holdfast.inbox")).isEmpty();
            assertThat(call.send(end, true).lost()).isEmpty();
        }
        assertThat(rows("select id from holdfast.inbox")).isEmpty();
    }
}
