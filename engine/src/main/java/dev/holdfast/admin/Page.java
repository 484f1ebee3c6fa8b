package dev.holdfast.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a long list, for those who list. Immutable.
 *
 * @param next the cursor of the page that follows, if there is one; opaque
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** Keeps its own copy of the items. */
    public Page {
        items = List.copyOf(items);
    }

    /**
     * The first {@code limit} of what was found, which is one more where another page follows; {@code cursor} is that
     * of the last one shown.
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        if (found.size() <= limit) {
            return new Page<>(found, Optional.empty());
        }
        List<T> shown = found.subList(0, limit);
        return new Page<>(shown, Optional.of(cursor.apply(shown.getLast())));
    }
}
