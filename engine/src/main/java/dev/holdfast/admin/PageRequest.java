package dev.holdfast.admin;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a list to return. Made by callers of {@link Admin}; immutable.
 *
 * @param limit 1 to 500 items
 * @param cursor {@link Page#next()} of the page before; empty for the first page
 */
public record PageRequest(int limit, Optional<String> cursor) {
    /** Throws {@link InvalidOptionException} for a limit out of range. */
    public PageRequest {
        WorkflowFilter.requireLimit(limit);
    }

    /** The first page. */
    public static PageRequest first(int limit) {
        return new PageRequest(limit, Optional.empty());
    }

    /** The page that follows {@code next}, which is {@link Page#next()} of the page before. */
    public PageRequest from(@Nullable String next) {
        return new PageRequest(limit, Optional.ofNullable(next));
    }
}
