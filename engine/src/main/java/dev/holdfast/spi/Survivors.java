package dev.holdfast.spi;

import java.util.List;

/**
 * Workflows that are kept for longer than the era that they lie in. Made by the store; immutable.
 *
 * @param era to which they are to be taken
 */
public record Survivors(List<WorkflowKey> keys, int era) {
    /** Nothing is to be done. */
    public static final Survivors NONE = new Survivors(List.of(), 0);
}
