package dev.holdfast.admin;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A workflow for readers. Read by {@link Admin#find} and {@link Admin#list} from the store, where the log takes
 * precedence over other tables. Immutable; times are those of the database's clock.
 *
 * @param id of the workflow
 * @param type the name of its definition
 * @param version of its definition
 * @param status of the workflow
 * @param labels by name
 * @param createdAt when it was accepted
 * @param startedAt when it was loaded for the first time
 * @param updatedAt time of its last record
 * @param finishedAt when it ended
 * @param owner the node that owns it, while it is open and owned
 * @param attempt the number of the last attempt of the last step; 0 before the first
 * @param waitingFor the event that it waits for
 * @param lastError of its last failed attempt, of its end, or of its dead letter
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
     * The event that a workflow waits for.
     *
     * @param kind such as {@code retry}
     * @param name of the step
     * @param until when the workflow continues by itself, if ever
     */
    public record Waiting(String kind, String name, Optional<Instant> until) {}
}
