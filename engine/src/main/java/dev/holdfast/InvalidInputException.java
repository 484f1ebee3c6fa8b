package dev.holdfast;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to a submitter whose input cannot be accepted as it is. Nothing was written; sending it again is useless. The
 * constructor of an input type may throw it to name the member that it refuses.
 */
public class InvalidInputException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String field;

    /** {@code field} is the path of the member that is wrong, such as {@code order.items[2].quantity}, if it is one. */
    public InvalidInputException(@Nullable String field, String message) {
        super(message);
        this.field = field;
    }

    /** The path of the member that is wrong. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
