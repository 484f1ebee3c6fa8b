package dev.holdfast.postgres.connect;

import java.util.Objects;
import java.util.stream.Stream;

/** Looks for exceptions of a kind in a chain of causes, which may have no end. Stateless. */
public final class Causes {
    private static final int MAX = 20;

    private Causes() {}

    /** Those of this kind, the outermost first; the exception itself may be one. */
    public static <E extends Throwable> Stream<E> of(Throwable thrown, Class<E> kind) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause)
                .limit(MAX)
                .filter(kind::isInstance)
                .map(kind::cast);
    }
}
