package dev.holdfast;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its type arguments, for values such as lists: {@code new TypeToken<List<Order>>() {}}. Users of plain
 * classes never see it. Immutable, safe for all threads.
 *
 * @param <T> the type it stands for
 */
public abstract class TypeToken<T> {
    private final Type type;

    /** Captures {@code T} from the anonymous subclass; throws {@link IllegalStateException} when there is none. */
    protected TypeToken() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalStateException("a type token needs its type: new TypeToken<List<Order>>() {}");
        }
        this.type = parent.getActualTypeArguments()[0];
    }

    private TypeToken(Type type) {
        this.type = type;
    }

    /** The token of a class without type arguments. */
    public static <T> TypeToken<T> of(Class<T> type) {
        return new OfClass<>(type);
    }

    /** What the codec is given. */
    public final Type type() {
        return type;
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof TypeToken<?> token && type.equals(token.type);
    }

    @Override
    public final int hashCode() {
        return type.hashCode();
    }

    @Override
    public final String toString() {
        return type.getTypeName();
    }

    private static final class OfClass<T> extends TypeToken<T> {
        OfClass(Class<T> type) {
            super(type);
        }
    }
}
