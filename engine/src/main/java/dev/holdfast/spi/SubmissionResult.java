package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * The result of a {@link KeyedSubmission}. Made by the store; immutable.
 *
 * @param joined true if the workflow existed before; then nothing was written
 * @param mailbox the mailbox of a workflow that the submitting node must start; the node keeps the bucket until the
 *     mailbox is closed. Null if the owner of the bucket starts the workflow
 */
public record SubmissionResult(
        WorkflowKey key,
        String id,
        boolean joined,
        @Nullable Mailbox mailbox) {
    /** Makes a result without a mailbox. */
    public static SubmissionResult of(WorkflowKey key, String id, boolean joined) {
        return new SubmissionResult(key, id, joined, null);
    }

    /** Returns a copy with the mailbox: the submitting node must start the workflow. */
    public SubmissionResult with(Mailbox opened) {
        return new SubmissionResult(key, id, joined, opened);
    }
}
