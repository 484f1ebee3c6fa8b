package dev.holdfast.postgres;

import dev.holdfast.StepScope;
import org.jdbi.v3.core.Handle;

/** A {@link TransactionBody} without a value. */
@FunctionalInterface
public interface TransactionAction {
    /** Runs as {@link TransactionBody#run}. */
    void run(Handle handle, StepScope step) throws Exception;
}
