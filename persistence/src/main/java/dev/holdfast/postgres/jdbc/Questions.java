package dev.holdfast.postgres.jdbc;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Runs what people ask of the store and the engine does not: lists, histories, operator actions. They have half of the
 * pool at most, so that the engine has the other half, however many people ask and however long the answers take. Safe
 * for all threads.
 */
public final class Questions {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final PooledReads reads;
    private final int most;
    private final Semaphore free;

    /** {@code connections} is the size of the pool. */
    public Questions(PooledReads reads, int connections) {
        this.reads = reads;
        this.most = Math.max(1, connections / 2);
        this.free = new Semaphore(most, true);
    }

    /**
     * Asks once fewer than the most questions are being answered. Throws {@link OverloadedException} if that takes over
     * a second, and {@link StoreUnavailableException} when the database fails.
     */
    public <T> T of(Function<Jdbi, T> question) {
        if (!tryAcquire()) {
            throw new OverloadedException(
                    "this node answers " + most + " questions at a time, and none of them has ended within a second:"
                            + " ask again later, or another node",
                    PATIENCE);
        }
        try {
            T answer = question.apply(reads.jdbi());
            reads.outage().works(Outage.Access.READS);
            return answer;
        } catch (JdbiException e) {
            throw reads.outage().unanswered(e);
        } finally {
            free.release();
        }
    }

    private boolean tryAcquire() {
        try {
            return free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while other questions were answered", e);
        }
    }
}
