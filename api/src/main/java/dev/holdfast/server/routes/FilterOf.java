package dev.holdfast.server.routes;

import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * A filter that the parameters of a request restrict, those that it has. Immutable.
 *
 * @param <F> the filter
 */
record FilterOf<F>(F filter) {
    /** Restricts a filter by a parameter with a name. */
    @FunctionalInterface
    interface Named<F> {
        F restrict(F filter, String name, String value);
    }

    <T> FilterOf<F> with(Optional<T> value, BiFunction<F, T, F> restrict) {
        return value.map(present -> new FilterOf<>(restrict.apply(filter, present)))
                .orElse(this);
    }

    FilterOf<F> withAll(Map<String, String> values, Named<F> restrict) {
        F restricted = filter;
        for (Map.Entry<String, String> value : values.entrySet()) {
            restricted = restrict.restrict(restricted, value.getKey(), value.getValue());
        }
        return new FilterOf<>(restricted);
    }
}
