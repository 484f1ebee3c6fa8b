package dev.holdfast.engine.execution;

import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.StepTransaction;
import dev.holdfast.spi.StepTransactions;
import dev.holdfast.spi.TransactionEndedException;
import dev.holdfast.spi.TransactionalBody;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import dev.holdfast.spi.WorkflowWrite.Outcome.State;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs the bodies of transactional steps of one branch. The writes of a body and its outcome commit together; a body
 * that met a deadlock or a serialization failure runs again within the attempt. Used by the thread of the branch.
 */
final class TransactionRunner {
    /** How often a body runs in one attempt. */
    private static final int RUNS_MAX = 10;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final ExecutionEnvironment environment;
    private final ExecutionState state;
    private final WorkflowLog log;
    private final Parking parking;
    private final String definition;

    TransactionRunner(Execution execution) {
        this.environment = execution.environment();
        this.state = execution.state();
        this.log = execution.log();
        this.parking = execution.parking();
        this.definition = execution.definition();
    }

    /**
     * Runs the body until it is committed. Throws what a failed attempt is recorded with, once nothing of it is left.
     *
     * @param stops may interrupt the body; null if nothing may
     */
    <T> AttemptResult<T> run(
            StepCall<T> call, Intent intent, TransactionalBody<T> body, AttemptScope scope, @Nullable Stops stops)
            throws Exception {
        StepTransactions transactions = environment.transactions().orElseThrow();
        Duration limit = call.step().timeout().orElseGet(transactions::bodyTimeout);
        for (int run = 1; ; run++) {
            StepTransaction transaction = begin(transactions, body, limit);
            try {
                T returned = BodyCall.run(
                        within -> body.run(transaction, within), scope, limit, environment.timeouts(), stops);
                Values.Encoded<T> value = environment
                        .values()
                        .encode(() -> "the value of step " + call.step().name(), returned, call.type());
                Outcome outcome =
                        new Outcome(intent.position(), intent.attempt(), State.SUCCEEDED, value.bytes(), null);
                commit(transaction, outcome, call, intent);
                return new AttemptResult.Committed<>(value.value(), outcome);
            } catch (Unwind e) {
                rollback(transaction, call, intent);
                throw e;
            } catch (Throwable e) {
                rollback(transaction, call, intent);
                boolean stopped = e instanceof StepTimeoutException || stops != null && stops.isLost();
                if (run == RUNS_MAX || stopped || !transaction.isRepeatable(e)) {
                    throw e;
                }
            }
            pause(run);
        }
    }

    private StepTransaction begin(StepTransactions transactions, TransactionalBody<?> body, Duration limit) {
        try {
            return transactions.begin(definition, body, limit);
        } catch (InterruptedException e) {
            throw state.unwind("interrupted before the body");
        } catch (OwnershipLostException e) {
            throw state.unwind(String.valueOf(e.getMessage()));
        }
    }

    private void commit(StepTransaction transaction, Outcome outcome, StepCall<?> call, Intent intent)
            throws Exception {
        try {
            log.commit(transaction, outcome);
        } catch (OwnershipLostException e) {
            throw state.unwind(String.valueOf(e.getMessage()));
        } catch (TransactionEndedException e) {
            throw inDoubt(call, intent, e);
        }
    }

    private void rollback(StepTransaction transaction, StepCall<?> call, Intent intent) {
        try {
            transaction.rollback();
        } catch (TransactionEndedException e) {
            throw inDoubt(call, intent, e);
        }
    }

    /** A retry could double what the body has committed by itself. */
    private Unwind inDoubt(StepCall<?> call, Intent intent, TransactionEndedException e) {
        return parking.park(DeadLetterFactory.of(Cause.IN_DOUBT, call, intent, e));
    }

    /** Waits a moment, so that bodies that collided do not do so again; then only the owner may go on. */
    private void pause(int run) {
        Duration most = FIRST_PAUSE.multipliedBy(1L << run);
        long millis = (most.compareTo(LONGEST_PAUSE) < 0 ? most : LONGEST_PAUSE).toMillis();
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
            environment.ownership().awaitLease();
        } catch (InterruptedException e) {
            throw state.unwind("interrupted before the body");
        } catch (OwnershipLostException e) {
            throw state.unwind(String.valueOf(e.getMessage()));
        }
        state.requireNotUnwound();
    }
}
