package dev.holdfast.spi;

import java.util.concurrent.CompletableFuture;

/**
 * The way of one loaded workflow's entries into its log. Entries are written in the order in which they were put in,
 * each once. Filled by the workflow's own threads; safe for all.
 *
 * <p>Futures end when the commit is <em>known</em>, completed on a thread of the store that must not be blocked; or
 * with {@link OwnershipLostException} when this process may not write the workflow any more, or with
 * {@link RecordRefusedException} when the store can never take the entry.
 */
public interface Mailbox extends AutoCloseable {
    /**
     * Puts in the acceptance of a new workflow. One that starts at once may wait up to 3 ms for the first event, to
     * share its commit.
     */
    CompletableFuture<Void> accept(WorkflowWrite.Creation acceptance);

    /** Puts in a loading or an event, to go with the next commit. */
    CompletableFuture<Void> commit(WorkflowWrite write);

    /** Puts in an outcome that may wait for the next event; goes alone after 3 ms. */
    void hold(WorkflowWrite.Outcome outcome);

    /** Lets what is held go with the next commit. */
    void flush();

    /** Nothing more will be put in; what was is still written. To be called by whoever asked for the mailbox. */
    @Override
    void close();
}
