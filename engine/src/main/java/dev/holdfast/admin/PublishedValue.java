package dev.holdfast.admin;

import java.time.Instant;

/**
 * The last value that a workflow has {@linkplain dev.holdfast.WorkflowContext#publish published} under a name. Read by
 * {@link Admin#published}. Immutable; the value is not copied.
 *
 * @param value as it is stored: JSON, unless the engine has a codec of its own
 * @param at when it was recorded, by the database's clock
 * @param seq the number of its record in the history of the workflow
 */
public record PublishedValue(String name, byte[] value, Instant at, int seq) {}
