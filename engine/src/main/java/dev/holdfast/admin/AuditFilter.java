package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of the audit to list; newest first. Made by callers of {@link dev.holdfast.admin.Admin#audit}; immutable.
 *
 * @param action such as CANCEL
 * @param target the id of the workflow, dead letter or key, or what else {@link AuditEntry#target} has
 * @param after written at or after this
 * @param before written before this
 * @param limit 1 to 500
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

    /** Throws {@link InvalidOptionException} for a limit out of range, and for texts that no row can have. */
    public AuditFilter {
        actor.ifPresent(text -> StorableText.requireStorable("actor", text, TEXT_MAX));
        action.ifPresent(text -> StorableText.requireStorable("action", text, TEXT_MAX));
        target.ifPresent(text -> StorableText.requireStorable("target", text, TEXT_MAX));
        WorkflowFilter.requireLimit(limit);
    }

    /** The newest {@code limit} rows of all. */
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

    /** The page that follows. */
    public AuditFilter from(@Nullable String next) {
        return new AuditFilter(actor, action, target, after, before, limit, Optional.ofNullable(next));
    }
}
