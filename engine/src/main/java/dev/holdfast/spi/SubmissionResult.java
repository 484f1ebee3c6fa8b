package dev.holdfast.spi;

/**
 * The answer to an {@link KeyedSubmission}, made by the store. Immutable.
 *
 * @param joined it was there before; nothing was written
 * @param starts it is for the one who asked to start it; else its owner finds it
 */
public record SubmissionResult(WorkflowKey key, String id, boolean joined, boolean starts) {}
