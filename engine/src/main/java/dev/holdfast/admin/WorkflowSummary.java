package dev.holdfast.admin;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as readers see it. Read from the store, where the log has the last word. Immutable; times are the
 * database's.
 *
 * @param type the name of its definition
 * @param owner the node that owns it, while it is open and owned
 * @param attempt the number of the last attempt of the last step, 0 before the first
 * @param lastError of the last attempt that failed, or of its end, or of its dead letter
 * @param deadLetter the id of its open dead letter
 */
public record WorkflowSummary(
        String id,
        String type,
        int version,
        WorkflowStatus status,
        Map<String, String> labels,
        Instant createdAt,
        Optional<Instant> startedAt,
        Instant updatedAt,
        Optional<Instant> finishedAt,
        Optional<String> owner,
        int attempt,
        Optional<Waiting> waitingFor,
        Optional<Failure> lastError,
        Optional<String> deadLetter) {

    /**
     * What a workflow waits for.
     *
     * @param kind such as {@code retry}
     * @param name the name of the step
     * @param until when it goes on by itself, if ever
     */
    public record Waiting(
            String kind, String name, @Nullable Instant until) {}
}
