package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.spi.OwnershipLostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;

/**
 * A writer connection and its thread: takes a batch, sends it in one call, settles it, takes the next. It stays with a
 * batch until its commit is known, whatever happens to the connection.
 */
public final class Writer {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(1);

    private final FencedConnection<FlushCall> connection;
    private final CheckpointQueue queue;
    private final Outage outage;
    private final BatchSettlement settlement;
    private final StoreMetrics metrics;
    private final RehomedEras rehomed;
    private final Consumer<OwnershipLostException> lost;
    private final Thread thread;
    private volatile boolean closed;

    public Writer(
            FencedConnection<FlushCall> connection,
            CheckpointQueue queue,
            Outage outage,
            BatchSettlement settlement,
            StoreMetrics metrics,
            RehomedEras rehomed,
            Consumer<OwnershipLostException> lost) {
        this.connection = connection;
        this.queue = queue;
        this.outage = outage;
        this.settlement = settlement;
        this.metrics = metrics;
        this.rehomed = rehomed;
        this.lost = lost;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("holdfast-writer-" + connection.token().connection())
                .unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Whether its thread runs. */
    public boolean isAlive() {
        return thread.isAlive();
    }

    /** Waits for the batch in flight, up to the lease. The queue must be closed before. */
    public void close() throws InterruptedException {
        closed = true;
        thread.join(connection.lease());
    }

    private void run() {
        try {
            connection.enrol(outage);
            for (Batch batch = queue.take(); !batch.isEmpty(); batch = queue.take()) {
                deliverOrDrop(batch);
            }
        } finally {
            connection.close();
        }
    }

    /** No workflow waits for a batch whose thread is ended by an error; the node loses its ownership for it. */
    private void deliverOrDrop(Batch batch) {
        try {
            deliver(batch);
        } catch (RuntimeException | Error e) {
            settlement.dropped(batch, new OwnershipLostException("an error has ended a writer: " + e));
            throw e;
        }
    }

    private void deliver(Batch batch) {
        boolean careful = rehomed.isPossible() && rehomed.mayBeElsewhere(batch.oldestEra());
        while (true) {
            try {
                long began = System.nanoTime();
                FlushCall.Result result = connection.open().send(batch, careful);
                outage.works(Access.WRITES);
                queue.accepted();
                if (result.refused()) {
                    dropped(batch, "its fence row is not valid any more");
                    return;
                }
                long now = System.nanoTime();
                metrics.committed(batch.records(), now - began, batch.longestWait(now));
                settlement.committed(batch, result);
                return;
            } catch (RuntimeException e) {
                isolate(batch, part -> settlement.refused(part, e)); // a value could not be put into the arrays
                return;
            } catch (SQLException e) {
                switch (closed ? FlushError.AGAIN : FlushError.of(e)) {
                    case CONFLICT -> {
                        if (careful) {
                            isolate(batch, part -> settlement.refused(part, e));
                            return;
                        }
                        careful = true;
                    }
                    case DATA -> {
                        isolate(batch, part -> settlement.refused(part, e));
                        return;
                    }
                    case UNCLEAR -> {
                        isolate(batch, part -> settlement.putOff(part, e));
                        return;
                    }
                    case NO_ERA -> {
                        isolate(batch, settlement::putOffUntilThereIsRoom);
                        return;
                    }
                    case REFUSED -> {
                        queue.refused(outage.unavailable(Access.WRITES, e));
                        connection.close(); // a new session has what was granted to its role meanwhile
                        LockSupport.parkNanos(this, REFUSED_PAUSE.toNanos());
                    }
                    case AGAIN -> {
                        outage.failed(Access.WRITES, e);
                        pause();
                    }
                    case UNKNOWN -> {
                        outage.failed(Access.WRITES, e);
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

    /** Drops the batch, because this node is not the owner any more. */
    private void dropped(Batch batch, String why) {
        OwnershipLostException reason = new OwnershipLostException(
                "node " + connection.token().incarnation().node() + " may not write: " + why);
        if (!closed) {
            lost.accept(reason); // before anybody is woken who could open a mailbox again
        }
        settlement.dropped(batch, reason);
    }

    /** Halves the batch until the workflow that causes the error is alone; the other workflows are committed. */
    private void isolate(Batch batch, Consumer<MailboxBatch> guilty) {
        if (batch.isSingle()) {
            guilty.accept(batch.parts().getFirst());
            return;
        }
        deliver(batch.firstHalf());
        deliver(batch.secondHalf());
    }

    /** Replaces the connection, settles the committed part of the batch, and returns the rest. */
    private Batch uncommitted(Batch batch) {
        while (!closed) {
            connection.close();
            pause();
            try {
                UnknownCommit unknown = new UnknownCommit(connection.open().connection(), connection.token());
                unknown.awaitFormer(Math.toIntExact(connection.lease().toMillis() / 2));
                Set<MailboxBatch> committed = unknown.committed(batch);
                settlement.found(batch, committed);
                outage.works(Access.WRITES);
                return new Batch(batch.parts().stream()
                        .filter(part -> !committed.contains(part))
                        .toList());
            } catch (SQLException | JdbiException e) {
                outage.failed(Access.WRITES, e);
            }
        }
        return batch;
    }

    private void pause() {
        LockSupport.parkNanos(this, PAUSE.toNanos());
    }
}
