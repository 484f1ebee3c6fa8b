package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * An entry of the audit log: a request, or the decision about it. Read by {@link Admin#audit}. Immutable; entries are
 * never changed.
 *
 * @param id of the request; its decision has the same
 * @param at time of the entry, by the database's clock
 * @param decided whether this is the decision
 * @param action such as CANCEL, RETAIN or CREATE_KEY; REFUSED for a request that was rejected at the door
 * @param target the id of a workflow, dead letter or API key, a rule, or a route
 * @param actor name of the operator or program
 * @param reason given by the actor
 * @param outcome of a decision: APPLIED or REFUSED
 * @param status of the workflow at the decision
 * @param context the request that contained the action
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
