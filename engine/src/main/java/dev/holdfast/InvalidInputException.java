package dev.holdfast;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to a submitter whose input cannot be accepted. Nothing was written; a repeated submission fails again. The
 * constructor of an input type may throw it to name the member that it refuses. Unchecked, immutable.
 */
public class InvalidInputException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String field;

    /**
     * Names the member that is wrong.
     *
     * @param field the path of the member, such as {@code order.items[2].quantity}
     */
    public InvalidInputException(String field, String message) {
        super(message);
        this.field = field;
    }

    /** Refuses the whole input. */
    public InvalidInputException(String message) {
        super(message);
        this.field = null;
    }

    /** Returns the path of the member that is wrong; empty where the whole input is. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
