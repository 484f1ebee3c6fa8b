package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Selects entries of the audit log, newest first. Callers of {@link Admin#audit} make it with {@link #newest}, and
 * restrict it by methods that return a changed copy. Texts have 1 to 1,000 characters; one that no entry can have
 * throws {@link InvalidOptionException}. Immutable.
 */
public final class AuditFilter {
    private static final int TEXT_MAX = 1_000;

    private static final class Values extends CopiedValues<Values> {
        @Nullable
        String actor;

        @Nullable
        String action;

        @Nullable
        String target;

        @Nullable
        Instant after;

        @Nullable
        Instant before;

        int limit;

        @Nullable
        String cursor;
    }

    private final Values values;

    private AuditFilter(Values values) {
        this.values = values;
    }

    /** Selects the newest entries, 1 to 500 on a page. Throws {@link InvalidOptionException} for another limit. */
    public static AuditFilter newest(int limit) {
        WorkflowFilter.requireLimit(limit);
        Values values = new Values();
        values.limit = limit;
        return new AuditFilter(values);
    }

    private AuditFilter with(Consumer<Values> change) {
        return new AuditFilter(values.with(change));
    }

    /** Selects entries of this operator or program. */
    public AuditFilter actor(String name) {
        StorableText.requireStorable("actor", name, TEXT_MAX);
        return with(changed -> changed.actor = name);
    }

    /** Selects entries of this action, such as CANCEL. */
    public AuditFilter action(String name) {
        StorableText.requireStorable("action", name, TEXT_MAX);
        return with(changed -> changed.action = name);
    }

    /** Selects entries about this workflow, dead letter or API key, or another {@link AuditEntry#target}. */
    public AuditFilter target(String id) {
        StorableText.requireStorable("target", id, TEXT_MAX);
        return with(changed -> changed.target = id);
    }

    /** Selects entries written at or after this time. */
    public AuditFilter after(Instant time) {
        return with(changed -> changed.after = time);
    }

    /** Selects entries written before this time. */
    public AuditFilter before(Instant time) {
        return with(changed -> changed.before = time);
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public AuditFilter from(String next) {
        return with(changed -> changed.cursor = next);
    }

    /** The name of the operator or program; empty for any. */
    public Optional<String> actor() {
        return Optional.ofNullable(values.actor);
    }

    /** The action; empty for any. */
    public Optional<String> action() {
        return Optional.ofNullable(values.action);
    }

    /** The target; empty for any. */
    public Optional<String> target() {
        return Optional.ofNullable(values.target);
    }

    /** The time at or after which an entry was written. */
    public Optional<Instant> after() {
        return Optional.ofNullable(values.after);
    }

    /** The time before which an entry was written. */
    public Optional<Instant> before() {
        return Optional.ofNullable(values.before);
    }

    /** The entries on a page at most, 1 to 500. */
    public int limit() {
        return values.limit;
    }

    /** The place of the page; empty for the first. */
    public Optional<String> cursor() {
        return Optional.ofNullable(values.cursor);
    }
}
