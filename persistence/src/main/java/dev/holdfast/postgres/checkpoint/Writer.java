package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.ServerError;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowIds;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer connection and its thread: takes a batch, sends it in one call, tells who waits, takes the next. A batch is
 * not left before its commit is known, whatever happens to the connection.
 */
public final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final FencedConnection<FlushCall> connection;
    private final CheckpointQueue queue;
    private final Duration lease;
    private final Outage outage;
    private final DeferredWrites deferred;
    private final StoreMetrics metrics;
    private final WorkflowIds ids;
    private final RehomedEras rehomed;
    private final Consumer<OwnershipLostException> lost;
    private final Thread thread;
    private volatile boolean closed;

    public Writer(
            DataSource dataSource,
            CheckpointQueue queue,
            FenceToken token,
            Duration lease,
            Outage outage,
            DeferredWrites deferred,
            StoreMetrics metrics,
            WorkflowIds ids,
            RehomedEras rehomed,
            Consumer<OwnershipLostException> lost) {
        this.connection = new FencedConnection<>(dataSource, token, lease, FlushCall::new);
        this.queue = queue;
        this.lease = lease;
        this.outage = outage;
        this.deferred = deferred;
        this.metrics = metrics;
        this.ids = ids;
        this.rehomed = rehomed;
        this.lost = lost;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("holdfast-writer-" + token.connection())
                .unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** The queue must be closed before; a batch in flight may still end within the lease. */
    public void close() throws InterruptedException {
        closed = true;
        thread.join(lease);
    }

    private void run() {
        connection.enrol(outage);
        for (Batch batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
            deliver(batch);
        }
        connection.close();
    }

    private void deliver(Batch batch) {
        boolean careful = rehomed.isPossible() && rehomed.mayBeElsewhere(batch.oldestEra());
        while (true) {
            try {
                long began = System.nanoTime();
                FlushCall.Result result = connection.open().send(batch, careful);
                if (!result.refused() && !result.confirmed()) {
                    throw new SQLException("the commit was not confirmed by the standby", "08007");
                }
                outage.over();
                if (!result.refused()) {
                    long now = System.nanoTime();
                    metrics.committed(batch.records(), now - began, batch.longestWait(now));
                }
                settle(batch, result);
                return;
            } catch (RuntimeException e) {
                isolate(batch, part -> refuse(part, e)); // it could not even be put into arrays
                return;
            } catch (SQLException e) {
                switch (closed ? FlushError.AGAIN : FlushError.of(e)) {
                    case CONFLICT -> {
                        if (careful) {
                            isolate(batch, part -> refuse(part, e));
                            return;
                        }
                        careful = true;
                    }
                    case DATA -> {
                        isolate(batch, part -> refuse(part, e));
                        return;
                    }
                    case UNCLEAR -> {
                        isolate(batch, part -> putOff(part, e));
                        return;
                    }
                    case AGAIN -> {
                        outage.failed(e);
                        pause();
                    }
                    case UNKNOWN -> {
                        outage.failed(e);
                        batch = uncommitted(batch);
                    }
                }
            }
            if (batch.isEmpty()) {
                return;
            }
            if (closed) {
                dropped(batch, "this node closes");
                return;
            }
        }
    }

    private void settle(Batch batch, FlushCall.Result result) {
        if (result.refused()) {
            dropped(batch, "its fence row is not valid any more");
            return;
        }
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

    /** A foreigner holds the row that it changes: its records are written without the move, or none of it is. */
    private void sendHeldAgain(MailboxBatch part) {
        if (part.move() == null) {
            deferred.sendLater(part);
        } else {
            part.succeedButMove(queue);
            deferred.flushLater(part.mailbox());
        }
    }

    /** The whole node is not the owner any more. */
    private void dropped(Batch batch, String why) {
        OwnershipLostException reason = new OwnershipLostException(
                "node " + connection.enrolment().incarnation().node() + " may not write: " + why);
        batch.parts().forEach(part -> part.fail(queue, reason));
        if (!closed) {
            lost.accept(reason);
        }
    }

    /** Halves until the guilty workflow is alone; the rest commits. */
    private void isolate(Batch batch, Consumer<MailboxBatch> guilty) {
        if (batch.isSingle()) {
            guilty.accept(batch.parts().getFirst());
            return;
        }
        deliver(batch.firstHalf());
        deliver(batch.secondHalf());
    }

    private void refuse(MailboxBatch part, Exception e) {
        Exception why = ServerError.withoutValues(e);
        say(part, "workflow {} has a record that the database refuses", why);
        part.fail(queue, new RecordRefusedException("the database refuses the record: " + why.getMessage(), why));
    }

    private void putOff(MailboxBatch part, SQLException e) {
        say(part, "workflow {} cannot be written, trying again", ServerError.withoutValues(e));
        deferred.sendLater(part);
    }

    private void say(MailboxBatch part, String what, @Nullable Exception why) {
        String id = ids.format(part.mailbox().key());
        LOG.atError().addKeyValue("workflow", id).setCause(why).log(what, id);
    }

    /** Replaces the connection, settles what of the batch is committed, returns the rest. */
    private Batch uncommitted(Batch batch) {
        while (!closed) {
            connection.close();
            pause();
            try {
                UnknownCommit unknown = new UnknownCommit(connection.open().connection(), connection.enrolment());
                unknown.awaitFormer(Math.toIntExact(lease.toMillis() / 2));
                Set<MailboxBatch> committed = unknown.committed(batch);
                committed.forEach(this::succeed);
                if (!committed.isEmpty()) {
                    deferred.tidyLater(batch);
                }
                outage.over();
                return new Batch(batch.parts().stream()
                        .filter(part -> !committed.contains(part))
                        .toList());
            } catch (SQLException | JdbiException e) {
                outage.failed(e);
            }
        }
        return batch;
    }

    /** Its records are committed; whether its move was done or held up, they do not tell. */
    private void succeed(MailboxBatch part) {
        if (part.move() == null) {
            part.succeed(queue);
        } else {
            part.succeedButMove(queue);
            part.mailbox().flush();
        }
    }

    private void pause() {
        LockSupport.parkNanos(this, PAUSE.toNanos());
    }
}
