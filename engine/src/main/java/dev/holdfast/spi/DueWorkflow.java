package dev.holdfast.spi;

import java.time.Duration;

/**
 * A workflow that lies in the store until its time. Made by the store; immutable.
 *
 * @param in how long it is not due yet, by the store's clock; zero or less where it is
 */
public record DueWorkflow(WorkflowKey key, Duration in) {}
