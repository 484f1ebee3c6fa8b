package dev.holdfast.postgres.checkpoint;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.cluster.NodeTakeover;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.postgres.schema.SettingsSql;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Jdbi;

/** Batches made by hand and sent on connections enrolled by hand, below the queue. */
public final class FlushFixture {
    public final Jdbi jdbi;
    final Installation installation;
    private final TestDatabase database;

    /** On an empty database; {@code location} is that of the migrations. */
    public FlushFixture(TestDatabase database, String location) {
        this.database = database;
        Migrations.migrate(database.dataSource(), location);
        this.jdbi = JdbiFactory.on(database.dataSource());
        this.installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
        installation.addEras(jdbi, jdbi.withExtension(SettingsSql.class, SettingsSql::now));
    }

    /** The first process of a node, which no heartbeat keeps alive. */
    public Incarnation incarnation(String name) {
        try {
            return new NodeTakeover(jdbi, Duration.ofSeconds(20)).become(name, List.of());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public FlushCall connect(Incarnation incarnation, int generation) throws SQLException {
        FenceToken token = new FenceToken(incarnation, 0, generation, true);
        return new FlushCall(token.open(database.dataSource(), Duration.ofSeconds(20)), token);
    }

    public WorkflowKey newKey() {
        return installation.ids().generate(ThreadLocalRandom.current().nextInt(256), 1, Instant.EPOCH);
    }

    /** A batch of what these mailboxes would have. */
    public Batch batch(MailboxBatch... parts) {
        return new Batch(List.of(parts));
    }

    public MailboxBatch part(WorkflowKey key, int lastSeq, WorkflowWrite... entries) {
        CheckpointQueue queue = new CheckpointQueue(1_000, 1 << 30, Duration.ofMillis(3));
        WorkflowMailbox mailbox = new WorkflowMailbox(queue, key, lastSeq, () -> {});
        return MailboxBatch.of(
                mailbox,
                List.of(entries).stream()
                        .map(write -> PendingWrite.of(write, null, null))
                        .toList(),
                lastSeq);
    }

    public static WorkflowWrite.Creation creation() {
        return new WorkflowWrite.Creation(
                "test", 1, Map.of(), "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), true, null);
    }

    public static HistoryEvent.Intent intent(int position, String name) {
        return new HistoryEvent.Intent(Position.main(position), 1, name, UUID.randomUUID(), -1);
    }

    public static HistoryEvent.Parked parked(String stack) {
        return new HistoryEvent.Parked(new ParkingReason(
                DeadLetter.Cause.NON_RETRYABLE,
                "step",
                Position.main(0),
                null,
                1,
                new Failure("java.io.IOException", "no"),
                stack));
    }

    static WorkflowWrite.Outcome outcome(int position, byte[] value) {
        return new WorkflowWrite.Outcome(
                Position.main(position), 1, WorkflowWrite.Outcome.State.SUCCEEDED, value, null);
    }

    public long rows(WorkflowKey key) {
        return jdbi.withHandle(handle -> handle.createQuery("select count(*) from holdfast.log where uid = :uid")
                .bind("uid", key.uid())
                .mapTo(Long.class)
                .one());
    }
}
