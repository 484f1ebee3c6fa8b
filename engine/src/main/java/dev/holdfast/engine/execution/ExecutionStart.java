package dev.holdfast.engine.execution;

import dev.holdfast.engine.history.History;
import dev.holdfast.spi.WorkflowWrite;
import org.jspecify.annotations.Nullable;

/**
 * Where an execution starts from. Immutable.
 *
 * @param history the recorded calls
 * @param loading recorded before any code runs; null for a workflow that was accepted just now by this process
 * @param origin of the submission, for telemetry
 */
public record ExecutionStart(History history, WorkflowWrite.@Nullable Loading loading, SubmissionOrigin origin) {
    /** The start of a workflow that was accepted just now. */
    public static ExecutionStart accepted(SubmissionOrigin origin) {
        return new ExecutionStart(History.EMPTY, null, origin);
    }
}
