package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;

/** What the guards of the flush call are for. Each runs on the real migrations and on ones without the guard. */
final class FenceScenarios {
    private FenceScenarios() {}

    /** Whose incarnation is fenced writes nothing. */
    static void fencedIncarnationIsRefused(FlushFixture fixture) throws SQLException {
        Incarnation incarnation = fixture.incarnation("a");
        WorkflowKey key = fixture.newKey();
        try (FlushCall connection = fixture.connect(incarnation, 1)) {
            fixture.jdbi.useExtension(FenceSql.class, fence -> fence.fence(incarnation.id()));
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(connection.send(batch, false).refused()).isTrue();
        }
        assertThat(fixture.rows(key)).isZero();
    }

    /** A message of a connection that was replaced writes nothing, however late it comes. */
    static void replacedConnectionIsRefused(FlushFixture fixture) throws SQLException {
        Incarnation incarnation = fixture.incarnation("a");
        WorkflowKey key = fixture.newKey();
        try (FlushCall former = fixture.connect(incarnation, 1);
                FlushCall replacement = fixture.connect(incarnation, 2)) {
            Batch batch = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(former.send(batch, false).refused()).isTrue();
            assertThat(fixture.rows(key)).isZero();
            assertThat(replacement.send(batch, false).refused()).isFalse();
        }
        assertThat(fixture.rows(key)).isEqualTo(1);
    }

    /** Two that both believe to own a workflow: the second is told, and nothing of it stays. What is ours is ours. */
    static void foreignRecordsAreToldFromOurs(FlushFixture fixture) throws SQLException {
        WorkflowKey key = fixture.newKey();
        try (FlushCall first = fixture.connect(fixture.incarnation("a"), 1);
                FlushCall second = fixture.connect(fixture.incarnation("b"), 1)) {
            Batch accepted = fixture.batch(fixture.part(key, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(first.send(accepted, false).lost()).isEmpty();
            Batch next = fixture.batch(fixture.part(key, 1, FlushFixture.intent(1, "b")));
            assertThat(first.send(next, false).lost()).isEmpty();
            assertThat(first.send(next, true).lost()).isEmpty();
            Batch other = fixture.batch(fixture.part(key, 0, FlushFixture.intent(0, "b"), FlushFixture.intent(1, "c")));
            assertThat(second.send(other, true).lost()).containsExactly(key.uid());
        }
        assertThat(fixture.rows(key)).isEqualTo(2);
    }

    /** A node that was frozen between the making of an id and the commit, for as long as its era is kept. */
    static void nothingNewComesIntoAClosedEra(FlushFixture fixture) throws SQLException {
        WorkflowKey old = fixture.newKey();
        WorkflowKey next =
                new WorkflowKey(old.bucket(), old.era() + 1, fixture.newKey().uid());
        fixture.jdbi.useHandle(handle -> handle.execute("select holdfast.close_era(" + old.era() + ")"));
        try (FlushCall connection = fixture.connect(fixture.incarnation("a"), 1)) {
            Batch batch = fixture.batch(
                    fixture.part(old, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")),
                    fixture.part(next, 0, FlushFixture.creation(), FlushFixture.intent(0, "a")));
            assertThat(connection.send(batch, false).lost()).containsExactly(old.uid());
        }
        assertThat(fixture.rows(old)).isZero();
        assertThat(fixture.rows(next)).isEqualTo(1);
    }
}
