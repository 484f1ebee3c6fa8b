package dev.holdfast.spi;

/**
 * What {@link Store#wakeVersions} has done. Made by the store; immutable.
 *
 * @param woken how many workflows are due now
 * @param isDone whether no other waits for these versions
 */
public record VersionWake(int woken, boolean isDone) {}
