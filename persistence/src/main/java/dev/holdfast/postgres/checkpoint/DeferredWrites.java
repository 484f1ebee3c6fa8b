package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats writes that a batch left out, because another session had locked a row or because of a server error that may
 * pass. Retries each workflow by itself after a second, until it succeeds. Open rows are updated through the pool;
 * mailboxes are flushed to the writers again. Runs on the housekeeping thread. Safe for all threads.
 */
public final class DeferredWrites {
    private static final Logger LOG = LoggerFactory.getLogger(DeferredWrites.class);
    private static final Duration LATER = Duration.ofSeconds(1);

    private final Jdbi jdbi;
    private final ScheduledExecutorService clock;
    private final Outage outage;
    private volatile boolean closed;

    public DeferredWrites(Jdbi jdbi, ScheduledExecutorService clock, Outage outage) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.outage = outage;
    }

    /** Updates or deletes the open rows of the workflows that ended or were parked. */
    void tidyLater(Batch batch) {
        for (MailboxBatch part : batch.parts()) {
            HistoryEvent last = part.lastEvent();
            if (last instanceof HistoryEvent.Ended || last instanceof HistoryEvent.Parked) {
                later(() -> tidy(part.mailbox().key()));
            }
        }
    }

    /** Puts a part back of which nothing was written, and flushes its mailbox later. */
    void sendLater(MailboxBatch part) {
        part.mailbox().putBack(part);
        flushLater(part.mailbox());
    }

    /** Flushes a mailbox later. */
    void flushLater(WorkflowMailbox mailbox) {
        later(mailbox::flush);
    }

    /**
     * Updates no more open rows: the next start does so. Mailboxes that wait are still flushed; the closed queue fails
     * their writes.
     */
    public void close() {
        closed = true;
    }

    private void tidy(WorkflowKey key) {
        if (closed) {
            return;
        }
        try {
            boolean done = jdbi.withExtension(LogSql.class, sql -> sql.tidy(key.bucket(), key.era(), key.uid()));
            if (!done) {
                later(() -> tidy(key));
            }
        } catch (JdbiException e) {
            outage.failed(Access.READS, e);
            later(() -> tidy(key));
        }
    }

    private void later(Runnable task) {
        try {
            Future<?> unused = clock.schedule(task, LATER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing: the next start tidies", e);
        }
    }
}
