package dev.holdfast.server.routes;

import dev.holdfast.admin.Page;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** JSON of a page; {@code next} is the cursor of the next page, null on the last. */
record PageView<T>(List<T> items, @Nullable String next) {
    static <S, T> PageView<T> of(Page<S> page, Function<S, T> view) {
        return new PageView<>(
                page.items().stream().map(view).toList(), page.next().orElse(null));
    }
}
