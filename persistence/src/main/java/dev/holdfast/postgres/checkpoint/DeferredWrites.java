package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.jdbc.Outage;
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
 * Does later what somebody's row lock kept a batch from doing. Off the hot path, on a connection of the pool; each
 * workflow is tried again on its own until it goes.
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

    /** The open rows of workflows that ended, were parked or began to undo do not say so yet. */
    void tidyLater(Batch batch) {
        for (MailboxBatch part : batch.parts()) {
            HistoryEvent last = part.lastEvent();
            if (last instanceof HistoryEvent.Ended || last instanceof HistoryEvent.Parked) {
                later(() -> tidy(part.mailbox().key()));
            }
        }
    }

    /** Nothing of it was written, for a reason that may pass: the server has an error. */
    void sendLater(MailboxBatch part) {
        part.mailbox().putBack(part);
        flushLater(part.mailbox());
    }

    /** What waits in it was kept back, because a foreigner holds its row. */
    void flushLater(WorkflowMailbox mailbox) {
        later(mailbox::flush);
    }

    /** Leaves what is untidy to the next start. What is to be sent again is still flushed, into a closed queue. */
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
            outage.failed(e);
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
