package dev.holdfast.admin;

import java.util.function.Consumer;

/**
 * The values of an immutable object whose methods return a changed copy. Only {@link #with} changes them, before
 * anybody else has the copy.
 *
 * @param <V> the class that extends this one and has the values, as fields that are immutable themselves
 */
public abstract class CopiedValues<V extends CopiedValues<V>> implements Cloneable {
    /** Returns a copy with this change. */
    @SuppressWarnings("unchecked") // a clone has the class of its original, which is V
    public final V with(Consumer<? super V> change) {
        try {
            V copy = (V) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }
}
