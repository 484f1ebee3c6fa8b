package dev.holdfast.spi;

import java.util.UUID;

/** The operator action that led to an event, as stored in the log. The audit log has actor and reason. Immutable. */
public record ActionRef(UUID id, ActionKind kind) {}
