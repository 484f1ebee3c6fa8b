package dev.holdfast.admin;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which workflows to list; newest first. Made by callers of {@link dev.holdfast.admin.Admin#list}; immutable.
 *
 * @param statuses any of these; empty for all
 * @param labels all of these
 * @param after accepted at or after this
 * @param before accepted before this
 * @param limit 1 to 500
 * @param cursor {@link Page#next()} of the page before
 */
public record WorkflowFilter(
        Optional<String> type,
        Set<WorkflowStatus> statuses,
        Map<String, String> labels,
        Optional<Instant> after,
        Optional<Instant> before,
        int limit,
        Optional<String> cursor) {
    public static final int LIMIT_MAX = 500;

    /** Throws {@link InvalidOptionException} for a limit out of range. */
    public WorkflowFilter {
        statuses = Set.copyOf(statuses);
        labels = Map.copyOf(labels);
        requireLimit(limit);
    }

    /** The newest {@code limit} workflows of all. */
    public static WorkflowFilter newest(int limit) {
        return new WorkflowFilter(
                Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.empty(), limit, Optional.empty());
    }

    /** The page that follows. */
    public WorkflowFilter from(@Nullable String next) {
        return new WorkflowFilter(type, statuses, labels, after, before, limit, Optional.ofNullable(next));
    }

    static void requireLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidOptionException("limit", "limit is " + limit + ": expected 1 to " + LIMIT_MAX);
        }
    }
}
