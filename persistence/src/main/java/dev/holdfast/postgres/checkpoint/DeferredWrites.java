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
 * Repeats writes that a row lock of another session kept out of a batch. Off the hot path, on a connection of the pool;
 * each workflow is retried on its own until it succeeds.
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

    /** Updates the open rows of workflows that ended, were parked or began to compensate. */
    void tidyLater(Batch batch) {
        for (MailboxBatch part : batch.parts()) {
            HistoryEvent last = part.lastEvent();
            if (last instanceof HistoryEvent.Ended || last instanceof HistoryEvent.Parked) {
                later(() -> tidy(part.mailbox().key()));
            }
        }
    }

    /** Sends a part again of which nothing was written, because of an error of the server that may pass. */
    void sendLater(MailboxBatch part) {
        part.mailbox().putBack(part);
        flushLater(part.mailbox());
    }

    /** Flushes a mailbox whose writes were kept back, because another session has locked its row. */
    void flushLater(WorkflowMailbox mailbox) {
        later(mailbox::flush);
    }

    /**
     * Ends. The next start updates the open rows; parts that wait to be sent are flushed into the closed queue, which
     * fails them.
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
