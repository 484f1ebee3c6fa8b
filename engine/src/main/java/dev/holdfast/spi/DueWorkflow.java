package dev.holdfast.spi;

import java.time.Duration;

/**
 * A workflow that waits in the store until it is due. Made by the store; immutable.
 *
 * @param in the time until it is due, by the store's clock; zero or negative if it is due
 */
public record DueWorkflow(WorkflowKey key, Duration in) {}
