package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.ServerError;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowIds;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notifies the mailboxes of a batch of its outcome, and defers writes that must be sent again. Safe for all threads.
 */
public final class BatchSettlement {
    private static final Logger LOG = LoggerFactory.getLogger(BatchSettlement.class);

    private final CheckpointQueue queue;
    private final DeferredWrites deferred;
    private final WorkflowIds ids;

    public BatchSettlement(CheckpointQueue queue, DeferredWrites deferred, WorkflowIds ids) {
        this.queue = queue;
        this.deferred = deferred;
        this.ids = ids;
    }

    /** Settles a batch whose call was committed. Sends parts in {@code held} again, and fails those in {@code lost}. */
    void committed(Batch batch, FlushCall.Result result) {
        for (MailboxBatch part : batch.parts()) {
            if (result.held().contains(part.mailbox().key().uid())) {
                sendHeldAgain(part);
            } else if (result.lost().contains(part.mailbox().key().uid())) {
                say(
                        part,
                        "workflow {} was written by another process, or by a retry under its id; it stops here",
                        null);
                part.fail(queue, new OwnershipLostException("another process has written this workflow"));
            } else {
                part.succeed(queue);
            }
        }
        if (!result.tidy()) {
            deferred.tidyLater(batch);
        }
    }

    /**
     * Sends a part again whose row another session has locked. Of a part with a move, only the move was not written; of
     * a part without a move, nothing was written.
     */
    private void sendHeldAgain(MailboxBatch part) {
        if (part.move() == null) {
            deferred.sendLater(part);
        } else {
            part.succeedButMove(queue);
            deferred.flushLater(part.mailbox());
        }
    }

    /**
     * Settles the parts whose records are committed. The records do not show whether the moves were written, so the
     * moves are sent again.
     */
    void found(Batch batch, Set<MailboxBatch> committed) {
        for (MailboxBatch part : committed) {
            if (part.move() == null) {
                part.succeed(queue);
            } else {
                part.succeedButMove(queue);
                part.mailbox().flush();
            }
        }
        if (!committed.isEmpty()) {
            deferred.tidyLater(batch);
        }
    }

    /** Fails the whole batch, because this node may not write any more. */
    void dropped(Batch batch, OwnershipLostException reason) {
        batch.parts().forEach(part -> part.fail(queue, reason));
    }

    /** Fails a part whose data the database refuses. */
    void refused(MailboxBatch part, Exception e) {
        Exception why = ServerError.withoutValues(e);
        say(part, "workflow {} has a record that the database refuses: {}", why);
        part.fail(queue, new RecordRefusedException("the database refuses the record: " + why.getMessage(), why));
    }

    /** Defers a part that fails even when it is sent alone, for a reason that may pass. */
    void putOff(MailboxBatch part, SQLException e) {
        say(part, "workflow {} cannot be written, trying again: {}", ServerError.withoutValues(e));
        deferred.sendLater(part);
    }

    /** Defers a part that has no place in the tables yet. The creation of the tables is logged where it fails. */
    void putOffUntilThereIsRoom(MailboxBatch part) {
        deferred.sendLater(part);
    }

    /** Without a stack for what the database said. */
    private void say(MailboxBatch part, String what, @Nullable Exception why) {
        String id = ids.format(part.mailbox().key());
        LOG.atError()
                .addKeyValue("workflow", id)
                .setCause(why instanceof SQLException ? null : why)
                .log(what, id, why == null ? "" : why.getMessage());
    }
}
