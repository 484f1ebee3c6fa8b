package dev.holdfast;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;

/**
 * A type with its type arguments, for values such as lists: {@code new TypeToken<List<Order>>() {}}. Users need it for
 * such values only; plain classes do without. Immutable, safe for all threads.
 *
 * @param <T> the type that the token stands for
 */
public abstract class TypeToken<T> {
    private final Type type;

    /**
     * Captures {@code T} from the anonymous subclass. Throws {@link IllegalStateException} when it names no type, or a
     * type with a type variable, which would be unknown when a value is read.
     */
    protected TypeToken() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalStateException("a type token needs its type: new TypeToken<List<Order>>() {}");
        }
        this.type = parent.getActualTypeArguments()[0];
        if (hasVariable(type)) {
            throw new IllegalStateException(
                    "a type token needs a type without type variables, and " + type.getTypeName()
                            + " has one: pass the token on from where the type is known,"
                            + " new TypeToken<List<Order>>() {}");
        }
    }

    private static boolean hasVariable(Type type) {
        return switch (type) {
            case TypeVariable<?> variable -> true;
            case ParameterizedType generic -> hasVariable(generic.getActualTypeArguments());
            case GenericArrayType array -> hasVariable(array.getGenericComponentType());
            case WildcardType wildcard ->
                hasVariable(wildcard.getUpperBounds()) || hasVariable(wildcard.getLowerBounds());
            default -> false;
        };
    }

    private static boolean hasVariable(Type[] types) {
        return Arrays.stream(types).anyMatch(TypeToken::hasVariable);
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
