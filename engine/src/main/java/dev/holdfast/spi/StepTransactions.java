package dev.holdfast.spi;

import java.time.Duration;

/** The transactions of a store in which transactional steps run. Safe for all threads. */
public interface StepTransactions {
    /** The time limit of a body whose step sets none. */
    Duration bodyTimeout();

    /**
     * Waits for a connection, as long as it takes, and begins a transaction. The workflows of one definition never have
     * all connections, unless there is only one. Throws {@link OwnershipLostException} if this process may not write
     * any more.
     *
     * @param limit of the body: the database ends the transaction a moment later
     */
    StepTransaction begin(String definition, TransactionalBody<?> body, Duration limit) throws InterruptedException;
}
