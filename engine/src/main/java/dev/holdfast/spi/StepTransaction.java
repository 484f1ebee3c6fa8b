package dev.holdfast.spi;

/**
 * A transaction in which one body of a transactional step runs. Made by {@link StepTransactions}, which gets it back
 * when it ends. Used by the thread of the branch.
 */
public interface StepTransaction {
    /**
     * Records the outcome in this transaction and commits it; returns once that is durable. Waits for the earlier
     * writes of the mailbox, and keeps later ones back meanwhile. After any exception nothing was committed and the
     * transaction is over. Throws {@link OwnershipLostException} if this process may not write the workflow any more,
     * {@link TransactionEndedException} if the body ended the transaction by itself, and else what the database said.
     */
    void commit(Mailbox mailbox, WorkflowWrite.Outcome outcome) throws Exception;

    /**
     * Undoes what the body wrote; does nothing if the transaction is over. Throws {@link TransactionEndedException} if
     * the body ended the transaction by itself.
     */
    void rollback() throws TransactionEndedException;

    /**
     * Whether the body should run again at once after this failure, which is none of its own: a deadlock, a
     * serialization failure, or a lost connection.
     */
    boolean isRepeatable(Throwable failure);
}
