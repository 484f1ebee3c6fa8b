package dev.holdfast.admin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A page of a long list. Returned by the listing methods of {@link Admin}. Immutable.
 *
 * <p>A search looks at a limited number of rows, so that it ends in time. A page may therefore have fewer items than
 * wanted, even none, and still name a next page, which continues the search.
 *
 * @param <T> the type of the items
 * @param items of this page, in the order of the list
 * @param next the opaque cursor of the page that follows; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> next) {
    /** Copies the items. */
    public Page {
        items = List.copyOf(items);
    }

    /**
     * Makes a page of the first {@code limit} items. Called by stores.
     *
     * @param found up to {@code limit + 1} items; the extra one says that another page follows
     * @param cursor of the last item of the page
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        if (found.size() <= limit) {
            return new Page<>(found, Optional.empty());
        }
        List<T> shown = found.subList(0, limit);
        return new Page<>(shown, Optional.of(cursor.apply(shown.getLast())));
    }
}
