package dev.holdfast;

import dev.holdfast.admin.Names;
import java.util.Objects;

/**
 * A workflow type: its name, its version, and the types that go in and out. Written once as a constant by the developer
 * of a workflow, given to {@code register} and {@code submit}. Immutable, safe for all threads.
 *
 * @param name 1 to 100 characters of {@code a-z 0-9 . _ -}; stored with every workflow, so never rename it
 * @param version at least 1; a workflow runs to its end on the version that it was accepted with
 */
public record Definition<I, O>(String name, int version, TypeToken<I> input, TypeToken<O> output) {
    /** Throws {@link IllegalArgumentException} for a name or version that could not be stored. */
    public Definition {
        Names.requireDefinition(name);
        if (version < 1) {
            throw new IllegalArgumentException("version of " + name + " is " + version + ": versions start at 1");
        }
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
    }

    /** A definition with plain classes as input and output. */
    public static <I, O> Definition<I, O> of(String name, int version, Class<I> input, Class<O> output) {
        return new Definition<>(name, version, TypeToken.of(input), TypeToken.of(output));
    }
}
