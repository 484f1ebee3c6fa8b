package dev.holdfast;

import dev.holdfast.admin.Names;
import java.util.Objects;

/**
 * A workflow type: its name, its version, and the types of its input and output. Developers write it once as a constant
 * and pass it to {@code register} and {@code submit}. Immutable, safe for all threads.
 *
 * <pre>{@code
 * static final Definition<Order, Receipt> PAY = Definition.of("pay", 1, Order.class, Receipt.class);
 *
 * static final Definition<List<Order>, Receipt> PAY_ALL =
 *         new Definition<>("pay-all", 1, new TypeToken<List<Order>>() {}, TypeToken.of(Receipt.class));
 * }</pre>
 *
 * @param name 1 to 100 characters of {@code a-z 0-9 . _ -}; stored with every workflow, so never rename it
 * @param version at least 1; a workflow runs to its end on the version that it was accepted with
 */
public record Definition<I, O>(String name, int version, TypeToken<I> input, TypeToken<O> output) {
    /** Throws {@link IllegalArgumentException} for a name or a version that breaks the rules above. */
    public Definition {
        Names.requireDefinition(name);
        if (version < 1) {
            throw new IllegalArgumentException("version of " + name + " is " + version + ": versions start at 1");
        }
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
    }

    /**
     * Defines a workflow whose input and output are plain classes. Throws {@link IllegalArgumentException} like the
     * constructor.
     */
    public static <I, O> Definition<I, O> of(String name, int version, Class<I> input, Class<O> output) {
        return new Definition<>(name, version, TypeToken.of(input), TypeToken.of(output));
    }
}
