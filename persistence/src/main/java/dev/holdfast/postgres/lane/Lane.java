package dev.holdfast.postgres.lane;

import dev.holdfast.postgres.checkpoint.Reservation;
import dev.holdfast.postgres.checkpoint.UnknownCommit;
import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.TransactionEndedException;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection for one transaction at a time, and the thread that begins and ends it. Bodies run on the threads of
 * their branches, which the engine interrupts; an interrupt closes the socket, so nothing that must have a known end
 * runs there. Opened when it is first needed.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String SWALLOWED = "the body swallowed an error of the database: after a failed statement the"
            + " transaction can only be rolled back. Let the exception pass; or set a savepoint before a statement that"
            + " may fail, and roll back to it";

    private final FencedConnection<LaneConnection> connection;
    private final Outage outage;
    private final Consumer<OwnershipLostException> lost;
    private final ExecutorService thread;
    private volatile boolean closed;
    /** Whether a backend of a former connection may still have a transaction. Used by the thread of the lane. */
    private boolean replaced;

    Lane(FencedConnection<LaneConnection> connection, Outage outage, Consumer<OwnershipLostException> lost) {
        this.connection = connection;
        this.outage = outage;
        this.lost = lost;
        this.thread = Executors.newSingleThreadExecutor(Thread.ofPlatform()
                .daemon()
                .name("holdfast-lane-" + connection.token().connection())
                .factory());
    }

    /** Begins a transaction, as soon as the database answers; fails if this node may not write any more. */
    void begin(Lanes lanes, Lanes.Waiting next) {
        Future<?> unused = submit(() -> begun(lanes, next.isolation(), next.limit()))
                .whenComplete((begun, failure) -> {
                    if (failure == null) {
                        next.begun().complete(begun);
                    } else {
                        lanes.giveBack(this);
                        next.begun().completeExceptionally(failure);
                    }
                });
    }

    private LaneTransaction begun(Lanes lanes, String isolation, Duration limit) {
        while (!closed) {
            try {
                LaneConnection open = open();
                String xid = open.begin(isolation, limit, connection.lease());
                outage.works(Access.WRITES);
                return new LaneTransaction(lanes, this, open, xid);
            } catch (SQLException | JdbiException e) {
                outage.failed(Access.WRITES, e);
                replace();
                LockSupport.parkNanos(this, PAUSE.toNanos());
            } catch (RuntimeException e) {
                replace(); // it may have begun
                throw e;
            }
        }
        throw new OwnershipLostException("this node closes");
    }

    private LaneConnection open() throws SQLException {
        LaneConnection open = connection.open();
        if (replaced) {
            unknown(open);
            replaced = false;
        }
        return open;
    }

    /** Waits until the former backend has left its transaction; terminates it if need be. */
    private UnknownCommit unknown(LaneConnection open) {
        UnknownCommit unknown = new UnknownCommit(open.connection(), connection.token());
        unknown.awaitFormer(Math.toIntExact(PAUSE.toMillis()));
        return unknown;
    }

    private void replace() {
        connection.close();
        replaced = true;
    }

    /** Commits a transaction with the outcome of its body. Throws as {@code StepTransaction.commit}. */
    void commit(LaneTransaction transaction, WorkflowMailbox mailbox, Outcome outcome) throws Exception {
        boolean unused = call(() -> {
            try {
                return committed(transaction, mailbox, outcome);
            } finally {
                // Here, so that this thread begins the next transaction before it wakes the one that waits.
                boolean unusedEnd = transaction.end(() -> undo(transaction));
            }
        });
    }

    private boolean committed(LaneTransaction transaction, WorkflowMailbox mailbox, Outcome outcome) throws Exception {
        Reservation reservation = reserved(mailbox);
        boolean committed = false;
        try {
            committed = finish(transaction, reservation, outcome);
        } finally {
            if (committed) {
                reservation.committed();
            } else {
                reservation.release();
            }
        }
        return committed;
    }

    private static Reservation reserved(WorkflowMailbox mailbox) {
        try {
            return mailbox.reserve().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException refused ? refused : e;
        }
    }

    private boolean finish(LaneTransaction transaction, Reservation reservation, Outcome outcome) throws Exception {
        try {
            transaction.connection().finish(transaction.xid(), reservation, outcome);
            transaction.over();
            return true;
        } catch (SQLException e) {
            if (LaneError.isRecordThere(e)) {
                throw new OwnershipLostException("another process has written this workflow");
            }
            if (!LaneError.isLost(e)) {
                throw failed(transaction, e);
            }
            transaction.lost();
            if (settle(reservation, e)) {
                return true;
            }
            throw e;
        }
    }

    /** Finds out whether a commit took effect whose answer did not come. */
    private boolean settle(Reservation reservation, SQLException unknown) {
        SQLException why = unknown;
        while (!closed) {
            outage.failed(Access.WRITES, why);
            replace();
            LockSupport.parkNanos(this, PAUSE.toNanos());
            try {
                LaneConnection open = connection.open();
                boolean committed = reservation.isCommitted(unknown(open));
                replaced = false;
                outage.works(Access.WRITES);
                return committed;
            } catch (SQLException e) {
                why = e;
            } catch (JdbiException e) {
                why = new SQLException(e);
            }
        }
        throw new OwnershipLostException("this node closes, and does not know whether a step is committed");
    }

    /** Rolls back; returns what to throw for this error. */
    private Exception failed(LaneTransaction transaction, SQLException e) {
        if (LaneError.isLost(e)) {
            transaction.lost();
            replace();
            return e;
        }
        if (undo(transaction) || LaneError.isEndedByBody(e)) {
            return new TransactionEndedException();
        }
        if (LaneError.isFenced(e)) {
            OwnershipLostException reason = new OwnershipLostException("node "
                    + connection.token().incarnation().node() + " may not write: its fence row is not valid any more");
            if (!closed) {
                lost.accept(reason);
            }
            return reason;
        }
        return LaneError.isAborted(e) ? new SQLException(SWALLOWED, e.getSQLState(), e) : e;
    }

    /** Rolls back; returns whether the body had ended the transaction by itself. */
    boolean rollback(LaneTransaction transaction) {
        try {
            return call(() -> undo(transaction));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a lane could not roll back", e);
        }
    }

    private boolean undo(LaneTransaction transaction) {
        try {
            boolean endedByBody = transaction.connection().rollback(transaction.xid());
            transaction.over();
            return endedByBody;
        } catch (SQLException | RuntimeException e) {
            LOG.debug("a lane has lost its connection", e);
            transaction.lost();
            replace();
            return false;
        }
    }

    /** Ends the transaction in progress, if it does so within a lease, and takes no other. */
    void close() throws InterruptedException {
        closed = true;
        thread.execute(connection::close);
        thread.shutdown();
        boolean unused = thread.awaitTermination(connection.lease().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs on the thread of the lane, and waits whatever interrupts the caller. */
    private <T> T call(Callable<T> work) throws Exception {
        try {
            return submit(work).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    private <T> CompletableFuture<T> submit(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    done.complete(work.call());
                } catch (Throwable e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            done.completeExceptionally(new OwnershipLostException("this node closes"));
        }
        return done;
    }
}
