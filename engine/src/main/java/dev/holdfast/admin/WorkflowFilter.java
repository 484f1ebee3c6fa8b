package dev.holdfast.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Selects workflows, newest first. Callers of {@link Admin#list} make it with {@link #newest}. Immutable.
 *
 * @param type the name of the definition
 * @param statuses any of these; empty for all
 * @param labels all of these, by name
 * @param after accepted at or after this time
 * @param before accepted before this time
 * @param limit 1 to 500 workflows
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
    /** Items of a page. */
    public static final int LIMIT_MAX = 500;

    /** Throws {@link InvalidOptionException} for a limit out of range. */
    public WorkflowFilter {
        statuses = Set.copyOf(statuses);
        labels = Map.copyOf(labels);
        requireLimit(limit);
    }

    /** Selects the newest {@code limit} workflows. */
    public static WorkflowFilter newest(int limit) {
        return new WorkflowFilter(
                Optional.empty(), Set.of(), Map.of(), Optional.empty(), Optional.empty(), limit, Optional.empty());
    }

    /** Selects workflows of this definition. */
    public WorkflowFilter type(String definition) {
        return new WorkflowFilter(Optional.of(definition), statuses, labels, after, before, limit, cursor);
    }

    /** Selects workflows in any of these statuses; replaces those before. */
    public WorkflowFilter statuses(WorkflowStatus... any) {
        return new WorkflowFilter(type, Set.copyOf(List.of(any)), labels, after, before, limit, cursor);
    }

    /** Selects workflows with this label, besides those before. */
    public WorkflowFilter label(String name, String value) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(name, value);
        return new WorkflowFilter(type, statuses, more, after, before, limit, cursor);
    }

    /** Selects workflows accepted at or after this time. */
    public WorkflowFilter after(Instant time) {
        return new WorkflowFilter(type, statuses, labels, Optional.of(time), before, limit, cursor);
    }

    /** Selects workflows accepted before this time. */
    public WorkflowFilter before(Instant time) {
        return new WorkflowFilter(type, statuses, labels, after, Optional.of(time), limit, cursor);
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public WorkflowFilter from(String next) {
        return new WorkflowFilter(type, statuses, labels, after, before, limit, Optional.of(next));
    }

    static void requireLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidOptionException("limit", "limit is " + limit + ": expected 1 to " + LIMIT_MAX);
        }
    }
}
