package dev.holdfast.spi;

/**
 * A watched workflow, and what the watchers know of it. Immutable.
 *
 * @param after the seq up to which they know its published values
 */
public record FeedPosition(WorkflowKey key, int after) {}
