package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.History;
import dev.holdfast.spi.WorkflowWrite;
import org.jspecify.annotations.Nullable;

/**
 * The state from which an execution starts. Immutable.
 *
 * @param history the recorded calls
 * @param loading written before any code runs; null if it is written already, or this process has just accepted the
 *     workflow
 * @param origin for telemetry
 */
public record ExecutionStart(
        History history, WorkflowWrite.@Nullable Loading loading, SubmissionOrigin origin, Deadline deadline) {
    /** The start of a workflow that this process has just accepted. */
    public static ExecutionStart accepted(SubmissionOrigin origin, Deadline deadline) {
        return new ExecutionStart(History.EMPTY, null, origin, deadline);
    }
}
