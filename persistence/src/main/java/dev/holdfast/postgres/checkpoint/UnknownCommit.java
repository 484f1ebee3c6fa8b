package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Finds out whether a batch was committed whose connection ended before the response. The replacement connection has
 * enrolled a higher generation, so that a late message of the old one is refused. This class waits until no batch of
 * the old one is in flight, and reads in a statement that starts after that.
 */
public final class UnknownCommit {
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Connection replacement;
    private final FenceToken token;
    private final Jdbi jdbi;

    public UnknownCommit(Connection replacement, FenceToken token) {
        this.replacement = replacement;
        this.jdbi = JdbiFactory.on(replacement);
        this.token = token;
    }

    /**
     * Waits until no batch of a former generation is in flight; terminates the former backends after each
     * {@code patienceMillis}.
     */
    public void awaitFormer(int patienceMillis) {
        while (!tryAwaitFormer(patienceMillis)) {
            UUID incarnation = token.incarnation().id();
            jdbi.useExtension(
                    FenceSql.class, fence -> fence.terminate(incarnation, token.connection(), token.generation()));
        }
    }

    private boolean tryAwaitFormer(int patienceMillis) {
        try (Handle handle = jdbi.open()) {
            return handle.inTransaction(tx -> {
                tx.execute("select pg_catalog.set_config('lock_timeout', ?, true)", patienceMillis + "ms");
                tx.attach(FenceSql.class).awaitIdle(token.incarnation().id(), token.connection());
                return true;
            });
        } catch (UnableToExecuteStatementException e) {
            if (e.getCause() instanceof SQLException sql && LOCK_NOT_AVAILABLE.equals(sql.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Returns the committed parts of the batch, once they are as durable as any commit. A part without a record or a
     * creation, such as a loading alone, cannot be found and counts as not committed.
     */
    Set<MailboxBatch> committed(Batch batch) throws SQLException {
        Set<Long> recordIds = new HashSet<>(records(batch));
        Set<UUID> accepted = new HashSet<>(accepted(batch));
        Set<MailboxBatch> committed = new HashSet<>();
        for (MailboxBatch part : batch.parts()) {
            boolean there = part.records().isEmpty()
                    ? part.creation() != null
                            && accepted.contains(part.mailbox().key().uid())
                    : part.records().stream().allMatch(record -> recordIds.contains(record.recordId()));
            if (there) {
                committed.add(part);
            }
        }
        if (!committed.isEmpty()) {
            CommitConfirmation.awaitEarlier(replacement);
        }
        return committed;
    }

    private List<Long> records(Batch batch) {
        int[] buckets = new int[batch.records()];
        int[] eras = new int[buckets.length];
        UUID[] uids = new UUID[buckets.length];
        int[] seqs = new int[buckets.length];
        int i = 0;
        for (MailboxBatch part : batch.parts()) {
            WorkflowKey key = part.mailbox().key();
            for (NewRecord record : part.records()) {
                buckets[i] = key.bucket();
                eras[i] = key.era();
                uids[i] = key.uid();
                seqs[i++] = record.seq();
            }
        }
        return jdbi.withExtension(CommitSql.class, sql -> sql.records(buckets, eras, uids, seqs));
    }

    private List<UUID> accepted(Batch batch) {
        List<WorkflowKey> keys =
                batch.parts().stream().map(part -> part.mailbox().key()).toList();
        int[] buckets = keys.stream().mapToInt(WorkflowKey::bucket).toArray();
        int[] eras = keys.stream().mapToInt(WorkflowKey::era).toArray();
        UUID[] uids = keys.stream().map(WorkflowKey::uid).toArray(UUID[]::new);
        return jdbi.withExtension(CommitSql.class, sql -> sql.accepted(buckets, eras, uids));
    }
}
