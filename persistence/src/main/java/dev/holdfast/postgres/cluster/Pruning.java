package dev.holdfast.postgres.cluster;

import java.util.List;
import org.jdbi.v3.core.Jdbi;

/**
 * Removes rows of dead incarnations and old epochs, so that restarts and takeovers leave a bounded number of rows: the
 * incarnations that live or own something with their connections, and one epoch for each bucket. Called when a node
 * starts, because one that dies soon would leave its rows to nobody, and once an hour. It waits for no lock, and throws
 * {@link org.jdbi.v3.core.JdbiException} when the database fails; the next call continues. One thread, and any number
 * of nodes at the same time.
 *
 * <p><b>What a row guards.</b> The newest epoch of a bucket makes a number unique and is never removed. Claims
 * ({@link BucketTable}) check that what they observed is still the newest; old rows stay old, so a statement that
 * prunes may work on an old snapshot. A new incarnation ({@link NodeTakeover}) checks that the one that it observed is
 * still the newest of its name; the ids of incarnations are random, so one that was removed is never the newest again.
 *
 * <p><b>The pruning lock.</b> Some statements rely on a row between their snapshot and their insert: a claim, a new
 * incarnation, an enrolment. They take the advisory lock {@code holdfast.pruning} shared, in a statement before. A
 * statement that removes epochs or incarnations takes it exclusively or removes nothing. It never waits for the lock
 * and commits by itself, so a process that hangs delays pruning and no takeover.
 *
 * <p><b>A dead incarnation never writes again.</b> Its rows go in an order that refuses it at each moment:
 *
 * <ol>
 *   <li>The incarnation, while its fence (connection -1) refuses its batches and heartbeats. From here on no connection
 *       can enrol for it, since enrolling needs this row. An enrolment that is under way holds the pruning lock.
 *   <li>Its enrolments, in any order. The fence still refuses what is left of them.
 *   <li>The fence, once no enrolment is left. {@code holdfast.is_fenced} refuses a batch that has no enrolment, and a
 *       heartbeat needs the incarnation.
 * </ol>
 *
 * <p><b>Nothing is in flight.</b> An incarnation that owns a bucket stays, because the next owner finds its connections
 * by their enrolments and waits until they are idle. So does one with a backend that may be alive. A claim by a fenced
 * incarnation that arrives after its pruning harms nothing: its batches are refused, and other nodes see a free bucket.
 *
 * <p>Names in {@code holdfast.node} stay, because log records refer to them by number, and histories are kept for as
 * long as the operator wants. Every statement reads them by name or number.
 */
public final class Pruning {
    private static final int BATCH_MAX_ROWS = 2_000;
    /** For each kind of row. More than this is left for the next call. */
    private static final int BATCHES_MAX = 50;

    /** The order matters: a fence is removed only after what it refuses. */
    private static final List<Statement> STATEMENTS = List.of(
            PruningSql::epochs,
            PruningSql::incarnations,
            PruningSql::enrolments,
            PruningSql::fences,
            PruningSql::generations,
            PruningSql::heartbeats);

    /** Removes up to {@code limit} rows, and returns how many it removed. */
    @FunctionalInterface
    private interface Statement {
        int remove(PruningSql sql, int limit);
    }

    private final Jdbi jdbi;

    public Pruning(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Prunes all tables. Each batch is a transaction of its own. */
    public void run() {
        STATEMENTS.forEach(this::run);
    }

    private void run(Statement statement) {
        int removed = BATCH_MAX_ROWS;
        for (int batch = 0; batch < BATCHES_MAX && removed == BATCH_MAX_ROWS; batch++) {
            removed = jdbi.withExtension(PruningSql.class, sql -> statement.remove(sql, BATCH_MAX_ROWS));
        }
    }
}
