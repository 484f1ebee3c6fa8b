package dev.holdfast.spi;

import java.util.UUID;

/**
 * Which operator action an event follows from: what the log keeps of it. Its actor and reason are in the audit.
 * Immutable.
 */
public record ActionRef(UUID id, ActionKind kind) {}
