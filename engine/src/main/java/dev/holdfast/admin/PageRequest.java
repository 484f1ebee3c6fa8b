package dev.holdfast.admin;

import java.util.Optional;

/**
 * Selects a page of a list. Callers of {@link Admin} make it with {@link #first}. Immutable.
 *
 * @param limit 1 to 500 items
 * @param cursor {@link Page#next()} of the page before; empty for the first page
 */
public record PageRequest(int limit, Optional<String> cursor) {
    /** Throws {@link InvalidOptionException} for a limit out of range. */
    public PageRequest {
        WorkflowFilter.requireLimit(limit);
    }

    /** Selects the first page. Throws {@link InvalidOptionException} for a limit out of range. */
    public static PageRequest first(int limit) {
        return new PageRequest(limit, Optional.empty());
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public PageRequest from(String next) {
        return new PageRequest(limit, Optional.of(next));
    }
}
