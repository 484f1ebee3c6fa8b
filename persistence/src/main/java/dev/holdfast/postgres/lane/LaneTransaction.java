package dev.holdfast.postgres.lane;

import dev.holdfast.postgres.checkpoint.WorkflowMailbox;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.StepTransaction;
import dev.holdfast.spi.TransactionEndedException;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transaction of one body on a lane. Gives the lane back when it is over. */
public final class LaneTransaction implements StepTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(LaneTransaction.class);

    private final Lanes lanes;
    private final Lane lane;
    private final LaneConnection connection;
    private final String xid;
    private final BodyConnection body;
    private final AtomicBoolean givenBack = new AtomicBoolean();
    private volatile boolean over;
    private volatile boolean lost;

    LaneTransaction(Lanes lanes, Lane lane, LaneConnection connection, String xid) {
        this.lanes = lanes;
        this.lane = lane;
        this.connection = connection;
        this.xid = xid;
        this.body = new BodyConnection(connection.connection());
    }

    /** A handle on this transaction for its body, with the plugins for SQL objects and for the types of PostgreSQL. */
    public Handle handle() {
        return connection.handles().on(body.asConnection());
    }

    LaneConnection connection() {
        return connection;
    }

    String xid() {
        return xid;
    }

    /** It was committed or rolled back. */
    void over() {
        over = true;
    }

    /** Its connection is lost. */
    void lost() {
        over = true;
        lost = true;
    }

    @Override
    public void commit(Mailbox mailbox, Outcome outcome) throws Exception {
        body.end();
        if (!(mailbox instanceof WorkflowMailbox ofStore)) {
            throw new IllegalArgumentException("a mailbox of another store: " + mailbox);
        }
        try {
            lane.commit(this, ofStore, outcome);
        } finally {
            boolean unused = end(() -> false); // if the lane is closed: the server rolls back
        }
    }

    @Override
    public void rollback() {
        body.end();
        if (end(() -> lane.rollback(this))) {
            throw new TransactionEndedException();
        }
    }

    /** Rolls back what is not over, and gives the lane back; returns whether the body had ended the transaction. */
    boolean end(BooleanSupplier undo) {
        if (!givenBack.compareAndSet(false, true)) {
            return false;
        }
        try {
            return !over && undo.getAsBoolean();
        } catch (OwnershipLostException e) {
            LOG.debug("closing: the server rolls back", e);
            return false;
        } finally {
            lanes.giveBack(lane);
        }
    }

    /** Ends a transaction that no body has used. */
    void abandon() {
        try {
            rollback();
        } catch (TransactionEndedException e) {
            LOG.debug("nothing ran in it", e);
        }
    }

    @Override
    public boolean isRepeatable(Throwable failure) {
        return lost || LaneError.isCollision(failure);
    }
}
