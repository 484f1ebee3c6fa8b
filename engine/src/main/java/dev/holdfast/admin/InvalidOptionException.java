package dev.holdfast.admin;

/**
 * Thrown to callers who give a filter, an option or a rule a value that it cannot have. The message names the option,
 * the value and what was expected.
 */
public final class InvalidOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String option;

    /** {@code option} is the name that the message uses, such as {@code limit}. */
    public InvalidOptionException(String option, String message) {
        super(message);
        this.option = option;
    }

    /** The option whose value was refused. */
    public String option() {
        return option;
    }
}
