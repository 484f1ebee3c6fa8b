package dev.holdfast.engine.execution;

import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.TraceContext;
import dev.holdfast.spi.WorkflowIds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The submission of a workflow that is about to run, for traces and metrics. Immutable.
 *
 * @param trace null if the submission had none
 * @param acceptedNanos the time of the acceptance, by this process's monotonic clock
 */
public record SubmissionOrigin(@Nullable TraceContext trace, long acceptedNanos) {
    public static SubmissionOrigin of(StoredWorkflow stored) {
        Duration age = Duration.between(WorkflowIds.acceptedAt(stored.key().uid()), stored.readAt());
        return new SubmissionOrigin(stored.trace(), System.nanoTime() - age.toNanos());
    }
}
