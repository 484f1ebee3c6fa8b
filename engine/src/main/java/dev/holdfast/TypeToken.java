package dev.holdfast;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its type arguments, for values such as lists: {@code new TypeToken<List<Order>>() {}}. Users need it for
 * such values only; plain classes do without. Immutable, safe for all threads.
 *
 * @param <T> the type that the token stands for
 */
public abstract class TypeToken<T> {
    private final Type type;

    /** Captures {@code T} from the anonymous subclass. Throws {@link IllegalStateException} when it names no type. */
    protected TypeToken() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalStateException("a type token needs its type: new TypeToken<List<Order>>() {}");
        }
        this.type = parent.getActualTypeArguments()[0];
    }

    private TypeToken(Type type) {
        this.type = type;
    }

    /** Makes the token of a class without type arguments. */
    public static <T> TypeToken<T> of(Class<T> type) {
        return new OfClass<>(type);
    }

    /** Returns the type, for the codec. */
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
