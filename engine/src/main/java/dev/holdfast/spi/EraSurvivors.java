package dev.holdfast.spi;

import java.util.List;

/**
 * Workflows that are kept for longer than the era that they lie in. Made by the store; immutable.
 *
 * @param era to which they are to be taken
 */
public record EraSurvivors(List<WorkflowKey> keys, int era) {
    /** Nothing is to be done. */
    public static final EraSurvivors NONE = new EraSurvivors(List.of(), 0);
}
