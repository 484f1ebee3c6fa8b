package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;

/**
 * What the owner has decided. Immutable.
 *
 * @param applied whether it did what was asked
 * @param status of the workflow when it was decided
 */
public record ActionResult(boolean applied, WorkflowStatus status) {}
