package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;

/**
 * The decision of the owner on an operator action. Immutable.
 *
 * @param applied true if the action was applied, false if it was refused
 * @param status the status of the workflow after the decision
 */
public record ActionResult(boolean applied, WorkflowStatus status) {}
