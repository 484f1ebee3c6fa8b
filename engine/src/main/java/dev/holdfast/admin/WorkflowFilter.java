package dev.holdfast.admin;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Selects workflows, newest first. Callers of {@link Admin#list} make it with {@link #newest}, and restrict it by
 * methods that return a changed copy. Immutable.
 *
 * <pre>{@code
 * WorkflowFilter failed = WorkflowFilter.newest(50).type("pay").statuses(WorkflowStatus.FAILED);
 * }</pre>
 */
public final class WorkflowFilter {
    /** Items of a page. */
    public static final int LIMIT_MAX = 500;

    private static final class Values extends CopiedValues<Values> {
        @Nullable
        String type;

        Set<WorkflowStatus> statuses = Set.of();
        Map<String, String> labels = Map.of();

        @Nullable
        String waitingFor;

        @Nullable
        String parent;

        @Nullable
        Instant after;

        @Nullable
        Instant before;

        int limit;

        @Nullable
        String cursor;
    }

    private final Values values;

    private WorkflowFilter(Values values) {
        this.values = values;
    }

    /** Selects the newest workflows, 1 to 500 on a page. Throws {@link InvalidOptionException} for another limit. */
    public static WorkflowFilter newest(int limit) {
        requireLimit(limit);
        Values values = new Values();
        values.limit = limit;
        return new WorkflowFilter(values);
    }

    private WorkflowFilter with(Consumer<Values> change) {
        return new WorkflowFilter(values.with(change));
    }

    /** Selects workflows of this definition. */
    public WorkflowFilter type(String definition) {
        return with(changed -> changed.type = definition);
    }

    /** Selects workflows in any of these statuses; replaces those before. */
    public WorkflowFilter statuses(WorkflowStatus... any) {
        return with(changed -> changed.statuses = Set.copyOf(List.of(any)));
    }

    /** Selects workflows with this label, besides those before. */
    public WorkflowFilter label(String name, String value) {
        Map<String, String> more = new TreeMap<>(values.labels);
        more.put(name, value);
        return with(changed -> changed.labels = Map.copyOf(more));
    }

    /**
     * Selects workflows that wait for this: a kind of {@link WorkflowSummary.Waiting}, such as {@code signal}, or a
     * kind and a name, such as {@code signal:approval}. Throws {@link InvalidOptionException} for another kind, and for
     * a name without or with over 200 characters, or with characters that no name has. Finds a workflow with branches
     * by each of {@link WorkflowSummary#waits}.
     */
    public WorkflowFilter waitingFor(String wait) {
        WorkflowSummary.Waiting.requireForm(wait);
        return with(changed -> changed.waitingFor = wait);
    }

    /** Selects the children of the workflow with this id: none if there is no such workflow. */
    public WorkflowFilter parent(String id) {
        return with(changed -> changed.parent = id);
    }

    /** Selects workflows accepted at or after this time. */
    public WorkflowFilter after(Instant time) {
        return with(changed -> changed.after = time);
    }

    /** Selects workflows accepted before this time. */
    public WorkflowFilter before(Instant time) {
        return with(changed -> changed.before = time);
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public WorkflowFilter from(String next) {
        return with(changed -> changed.cursor = next);
    }

    /** The name of the definition; empty for any. */
    public Optional<String> type() {
        return Optional.ofNullable(values.type);
    }

    /** The statuses, any of which a workflow has; empty for all. */
    public Set<WorkflowStatus> statuses() {
        return values.statuses;
    }

    /** The labels by name, all of which a workflow has; unmodifiable. */
    public Map<String, String> labels() {
        return values.labels;
    }

    /** What a workflow waits for, as a kind or {@code kind:name}; empty for anything or nothing. */
    public Optional<String> waitingFor() {
        return Optional.ofNullable(values.waitingFor);
    }

    /** The id of the workflow whose children are selected; empty for any or none. */
    public Optional<String> parent() {
        return Optional.ofNullable(values.parent);
    }

    /** The time at or after which a workflow was accepted. */
    public Optional<Instant> after() {
        return Optional.ofNullable(values.after);
    }

    /** The time before which a workflow was accepted. */
    public Optional<Instant> before() {
        return Optional.ofNullable(values.before);
    }

    /** The workflows on a page at most, 1 to 500. */
    public int limit() {
        return values.limit;
    }

    /** The place of the page; empty for the first. */
    public Optional<String> cursor() {
        return Optional.ofNullable(values.cursor);
    }

    static void requireLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new InvalidOptionException("limit", "limit is " + limit + ": expected 1 to " + LIMIT_MAX);
        }
    }
}
