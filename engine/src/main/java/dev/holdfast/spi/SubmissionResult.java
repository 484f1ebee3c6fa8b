package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * The result of a {@link KeyedSubmission}, made by the store. Immutable.
 *
 * @param joined the workflow was there before; nothing was written
 * @param mailbox if the submitting node must start the workflow: its mailbox, which keeps its bucket here until it is
 *     closed; null if the workflow waits for its owner
 */
public record SubmissionResult(
        WorkflowKey key,
        String id,
        boolean joined,
        @Nullable Mailbox mailbox) {
    /** A result without a mailbox. */
    public static SubmissionResult of(WorkflowKey key, String id, boolean joined) {
        return new SubmissionResult(key, id, joined, null);
    }

    /** The same, to be started by the submitting node. */
    public SubmissionResult with(Mailbox opened) {
        return new SubmissionResult(key, id, joined, opened);
    }
}
