package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of the audit: that something was asked for, or what was decided about it. Made by
 * {@link dev.holdfast.admin.Admin#audit}; immutable, as the row is.
 *
 * @param id of what was asked for; the row of the decision has the same
 * @param decided whether it is the row of the decision
 * @param action such as CANCEL, RETAIN, CREATE_KEY; REFUSED for a request that was not let in
 * @param target what it is about: the id of a workflow, dead letter or key, a rule, or a route
 * @param outcome APPLIED or REFUSED, once it is decided
 * @param status of the workflow when it was decided
 * @param context the request that asked for it
 */
public record AuditEntry(
        UUID id,
        Instant at,
        boolean decided,
        String action,
        String target,
        String actor,
        String reason,
        Optional<String> outcome,
        Optional<WorkflowStatus> status,
        RequestContext context) {}
