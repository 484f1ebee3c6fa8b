package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.WorkflowKey;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The next record of a mailbox, which a transaction writes that is no batch of a writer. Until it is settled, nothing
 * else of the workflow is written. Settled once, by one thread.
 */
public final class Reservation {
    /** Its share in the limits of the queue. */
    static final int BYTES = 128;

    private final WorkflowMailbox mailbox;
    private final int seq;
    private final long recordId = ThreadLocalRandom.current().nextLong();

    Reservation(WorkflowMailbox mailbox, int seq) {
        this.mailbox = mailbox;
        this.seq = seq;
    }

    public WorkflowKey key() {
        return mailbox.key();
    }

    public int seq() {
        return seq;
    }

    /** Distinguishes this record from one of another owner at the same place. */
    public long recordId() {
        return recordId;
    }

    /** The record is written and durable. */
    public void committed() {
        mailbox.settled(seq);
    }

    /** The record is not written and never will be: the next write takes its place. */
    public void release() {
        mailbox.settled(seq - 1);
    }

    /**
     * Finds out, on the replacement of the connection that was to commit it, whether the record is written; if it is,
     * it is as durable as any commit when this returns.
     */
    public boolean isCommitted(UnknownCommit unknown) throws SQLException {
        MailboxBatch part = new MailboxBatch(
                mailbox,
                List.of(),
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(new NewRecord(seq, recordId, null, null)),
                seq - 1);
        return !unknown.committed(new Batch(List.of(part))).isEmpty();
    }
}
