package dev.holdfast.spi;

import java.util.List;

/**
 * Workflows that must be kept for longer than their era. Made by the store; immutable.
 *
 * @param era the era to which they must be copied
 */
public record EraSurvivors(List<WorkflowKey> keys, int era) {
    /** No workflow must be copied. */
    public static final EraSurvivors NONE = new EraSurvivors(List.of(), 0);
}
