package dev.holdfast.postgres;

import dev.holdfast.spi.Entry;
import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Jdbi;

/** Batches made by hand and sent on connections enrolled by hand, below the queue. */
final class FlushFixture {
    final Jdbi jdbi;
    final Installation installation;
    private final TestDatabase database;

    /** On an empty database; {@code location} is that of the migrations. */
    FlushFixture(TestDatabase database, String location) {
        this.database = database;
        Migrations.migrate(database.dataSource(), location);
        this.jdbi = Sql.on(database.dataSource());
        this.installation = Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
        installation.addEras(jdbi, jdbi.withExtension(SettingsSql.class, SettingsSql::now));
    }

    Incarnation incarnation(String name) {
        return new Incarnation(name, 1, UUID.randomUUID());
    }

    WriterConnection connect(Incarnation incarnation, int generation) throws SQLException {
        Enrolment enrolment = new Enrolment(incarnation, 0, generation, true);
        return WriterConnection.on(enrolment.open(database.dataSource(), Duration.ofSeconds(20)), enrolment);
    }

    WorkflowKey newKey() {
        return installation.ids().generate(ThreadLocalRandom.current().nextInt(256), 1, Instant.EPOCH);
    }

    /** A batch of what these mailboxes would have. */
    Batch batch(Taken... parts) {
        return new Batch(List.of(parts));
    }

    Taken part(WorkflowKey key, int lastSeq, Entry... entries) {
        CheckpointQueue queue = new CheckpointQueue(1_000, 1 << 30, Duration.ofMillis(3));
        WorkflowMailbox mailbox = new WorkflowMailbox(queue, key, lastSeq, () -> {});
        return Taken.of(
                mailbox,
                List.of(entries).stream().map(entry -> Pending.of(entry, null)).toList(),
                lastSeq);
    }

    static Entry.Acceptance acceptance() {
        return new Entry.Acceptance(
                "test", 1, Map.of(), "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8), true, null);
    }

    static Entry.Intent intent(int position, String name) {
        return new Entry.Intent(position, null, 1, name, UUID.randomUUID(), -1);
    }

    static Entry.Outcome outcome(int position, byte[] value) {
        return new Entry.Outcome(position, null, 1, Entry.Outcome.State.SUCCEEDED, value, null);
    }

    long rows(WorkflowKey key) {
        return jdbi.withHandle(handle -> handle.createQuery("select count(*) from holdfast.log where uid = :uid")
                .bind("uid", key.uid())
                .mapTo(Long.class)
                .one());
    }
}
