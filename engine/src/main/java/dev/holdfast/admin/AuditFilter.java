package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * Selects entries of the audit log, newest first. Callers of {@link Admin#audit} make it with {@link #newest}.
 * Immutable.
 *
 * @param actor name of the operator or program, 1 to 1,000 characters
 * @param action such as CANCEL, 1 to 1,000 characters
 * @param target the id of the workflow, dead letter or API key, or another {@link AuditEntry#target}
 * @param after written at or after this time
 * @param before written before this time
 * @param limit 1 to 500 entries
 * @param cursor {@link Page#next()} of the page before
 */
public record AuditFilter(
        Optional<String> actor,
        Optional<String> action,
        Optional<String> target,
        Optional<Instant> after,
        Optional<Instant> before,
        int limit,
        Optional<String> cursor) {
    private static final int TEXT_MAX = 1_000;

    /** Throws {@link InvalidOptionException} for a limit out of range, and for a text that no entry can have. */
    public AuditFilter {
        actor.ifPresent(text -> StorableText.requireStorable("actor", text, TEXT_MAX));
        action.ifPresent(text -> StorableText.requireStorable("action", text, TEXT_MAX));
        target.ifPresent(text -> StorableText.requireStorable("target", text, TEXT_MAX));
        WorkflowFilter.requireLimit(limit);
    }

    /** Selects the newest {@code limit} entries. */
    public static AuditFilter newest(int limit) {
        return new AuditFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                limit,
                Optional.empty());
    }

    /** Selects entries of this actor. */
    public AuditFilter actor(String name) {
        return new AuditFilter(Optional.of(name), action, target, after, before, limit, cursor);
    }

    /** Selects entries of this action, such as CANCEL. */
    public AuditFilter action(String name) {
        return new AuditFilter(actor, Optional.of(name), target, after, before, limit, cursor);
    }

    /** Selects entries about this target. */
    public AuditFilter target(String id) {
        return new AuditFilter(actor, action, Optional.of(id), after, before, limit, cursor);
    }

    /** Selects entries written at or after this time. */
    public AuditFilter after(Instant time) {
        return new AuditFilter(actor, action, target, Optional.of(time), before, limit, cursor);
    }

    /** Selects entries written before this time. */
    public AuditFilter before(Instant time) {
        return new AuditFilter(actor, action, target, after, Optional.of(time), limit, cursor);
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public AuditFilter from(String next) {
        return new AuditFilter(actor, action, target, after, before, limit, Optional.of(next));
    }
}
