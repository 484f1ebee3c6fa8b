package dev.holdfast.spi;

import java.util.List;

/**
 * Workflows that are kept for longer than the era of their rows. Made by the store; immutable.
 *
 * @param era the era to which they must be copied
 */
public record EraSurvivors(List<WorkflowKey> keys, int era) {
    public static final EraSurvivors NONE = new EraSurvivors(List.of(), 0);
}
