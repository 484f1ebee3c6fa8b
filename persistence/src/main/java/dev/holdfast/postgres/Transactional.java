package dev.holdfast.postgres;

import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.StepScope;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowContext;
import dev.holdfast.postgres.lane.LaneTransaction;
import dev.holdfast.spi.StepTransaction;
import dev.holdfast.spi.TransactionalBody;
import org.jdbi.v3.core.Handle;

/**
 * Steps whose writes to the database of the engine take effect exactly once: the writes of the body and the outcome of
 * the step commit in one transaction. Called by the code of workflows. Stateless.
 *
 * <pre>{@code
 * int left = Transactional.step(ctx, "take", Integer.class, (handle, step) -> handle.createQuery(
 *                 "update stock set left = left - :n where item = :item returning left")
 *         .bind("n", order.count())
 *         .bind("item", order.item())
 *         .mapTo(Integer.class)
 *         .one());
 * }</pre>
 *
 * <p>An exception rolls back what the body wrote; then it is a failed attempt, or the rejection, of any other step. A
 * deadlock, a serialization failure and a lost connection run the body again within the attempt, at most 10 times in
 * all. So what a body does outside of this transaction may happen more than once. A body without a
 * {@linkplain Step#timeout timeout} has 30 s, and waits for a lock for 5 s at most.
 *
 * <p>A body whose SQL commits or rolls back by itself parks the workflow as IN_DOUBT. The memory store has no
 * transactions and parks the step as NON_RETRYABLE: give it a stub in the test kit.
 */
public final class Transactional {
    private Transactional() {}

    /** Runs a step with the default retry policy; otherwise as {@link WorkflowContext#step(Step, Class, StepBody)}. */
    public static <T> T step(WorkflowContext ctx, String name, Class<T> type, TransactionBody<T> body) {
        return ctx.step(name, type, body(body));
    }

    /** Runs a step with options; otherwise as {@link WorkflowContext#step(Step, Class, StepBody)}. */
    public static <T> T step(WorkflowContext ctx, Step step, Class<T> type, TransactionBody<T> body) {
        return ctx.step(step, type, body(body));
    }

    /** Runs a step without a value, with the default retry policy. */
    public static void run(WorkflowContext ctx, String name, TransactionAction action) {
        run(ctx, Step.named(name), action);
    }

    /** Runs a step without a value, with options. */
    public static void run(WorkflowContext ctx, Step step, TransactionAction action) {
        Void unused = ctx.step(step, TypeToken.of(Void.class), body((handle, scope) -> nothing(action, handle, scope)));
    }

    /**
     * Makes a body for a step of any form: of a saga, or with a {@link TypeToken}. Pass it on as it is: a lambda around
     * it would call it without a transaction.
     */
    public static <T> StepBody<T> body(TransactionBody<T> body) {
        return body(Isolation.READ_COMMITTED, body);
    }

    /** Makes a body whose transaction has this isolation level. */
    public static <T> StepBody<T> body(Isolation isolation, TransactionBody<T> body) {
        return new OnLane<>(isolation, body);
    }

    @SuppressWarnings("NullAway") // the value of a step of Void
    private static Void nothing(TransactionAction action, Handle handle, StepScope scope) throws Exception {
        action.run(handle, scope);
        return null;
    }

    /** A body for the engine. */
    private record OnLane<T>(Isolation level, TransactionBody<T> body) implements TransactionalBody<T> {
        @Override
        public String isolation() {
            return level.sql();
        }

        @Override
        public T run(StepTransaction transaction, StepScope scope) throws Exception {
            return body.run(((LaneTransaction) transaction).handle(), scope);
        }
    }
}
