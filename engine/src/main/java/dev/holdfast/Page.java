package dev.holdfast;

import java.util.List;
import java.util.Optional;

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
}
