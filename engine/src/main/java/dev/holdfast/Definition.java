package dev.holdfast;

import dev.holdfast.admin.Names;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * @param deadline how long after its acceptance a workflow gets {@link DeadlineExceeded}, unless its submission says
 *     otherwise; null for never
 */
public record Definition<I, O>(
        String name,
        int version,
        TypeToken<I> input,
        TypeToken<O> output,
        @Nullable Duration deadline) {
    /** Throws {@link IllegalArgumentException} for a name or a version that breaks the rules above. */
    public Definition {
        Names.requireDefinition(name);
        if (version < 1) {
            throw new IllegalArgumentException("version of " + name + " is " + version + ": versions start at 1");
        }
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(output, "output");
        if (deadline != null) {
            Submission.requireDeadline(deadline);
        }
    }

    /** Defines a workflow without a deadline. Throws {@link IllegalArgumentException} as above. */
    public Definition(String name, int version, TypeToken<I> input, TypeToken<O> output) {
        this(name, version, input, output, null);
    }

    /**
     * Defines a workflow whose input and output are plain classes. Throws {@link IllegalArgumentException} like the
     * constructor.
     */
    public static <I, O> Definition<I, O> of(String name, int version, Class<I> input, Class<O> output) {
        return new Definition<>(name, version, TypeToken.of(input), TypeToken.of(output));
    }

    /**
     * Returns a copy whose workflows have this deadline, unless their submissions say otherwise.
     *
     * @param afterAcceptance over 0, at most 100 years
     */
    public Definition<I, O> deadline(Duration afterAcceptance) {
        return new Definition<>(name, version, input, output, afterAcceptance);
    }
}
