package dev.holdfast.spi;

import java.util.UUID;

/** The operator action that led to an event, as the log keeps it. Actor and reason are in the audit log. Immutable. */
public record ActionRef(UUID id, ActionKind kind) {}
