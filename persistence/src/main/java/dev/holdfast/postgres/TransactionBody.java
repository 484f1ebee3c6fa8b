package dev.holdfast.postgres;

import dev.holdfast.StepScope;
import org.jdbi.v3.core.Handle;

/**
 * The side effect of a transactional step: reads and writes in the database of the engine. Users write it as a lambda;
 * the engine calls it on the thread of the workflow, in a transaction of its own.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface TransactionBody<T> {
    /**
     * Runs in the transaction of this handle, whose {@link Handle#getConnection} is the same transaction for plain
     * JDBC. Both refuse commit and rollback, and the connection also setAutoCommit and close; savepoints work, and a
     * transaction of JDBI joins. Neither is of use after this has returned.
     */
    T run(Handle handle, StepScope step) throws Exception;
}
