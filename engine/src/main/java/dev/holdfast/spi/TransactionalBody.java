package dev.holdfast.spi;

import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import dev.holdfast.WorkflowContext;

/**
 * A body that runs within a transaction of the store, which also records its outcome. Made by the entry point of a
 * store that has transactions; the engine recognises it wherever a step takes a body.
 *
 * @param <T> the type of the value
 */
public interface TransactionalBody<T> extends StepBody<T> {
    /** The isolation level of its transaction, in the words of the store. */
    String isolation();

    /** Runs the body in this transaction, which the engine began and ends. */
    T run(StepTransaction transaction, StepScope scope) throws Exception;

    /** Called where there is no transaction: refuses, because the body would have no handle. */
    @Override
    default T run(StepScope scope) {
        throw new WorkflowContext.MisusedException("a transactional step needs a transaction of PostgreSQL, and here is"
                + " none: run the workflow on PostgresHoldfast; with the test kit or the memory store, give the step a"
                + " stub, kit.stub(...); and pass the body to ctx.step as it is, not from within another body");
    }
}
