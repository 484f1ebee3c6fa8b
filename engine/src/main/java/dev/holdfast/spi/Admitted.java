package dev.holdfast.spi;

/**
 * The answer to an {@link Admission}, made by the store. Immutable.
 *
 * @param joined it was there before; nothing was written
 */
public record Admitted(WorkflowKey key, String id, boolean joined) {}
