package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;

/**
 * The decision of the owner on an operator action. Immutable.
 *
 * @param applied whether the action was applied, or else refused
 * @param status the status of the workflow after the decision
 */
public record ActionResult(boolean applied, WorkflowStatus status) {}
