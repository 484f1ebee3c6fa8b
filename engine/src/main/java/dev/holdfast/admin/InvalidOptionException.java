package dev.holdfast.admin;

/**
 * Thrown to callers of {@link Admin} for a filter, an option or a rule with a value that it cannot have. The message
 * names the option, the value and the expected values. Unchecked, immutable.
 */
public final class InvalidOptionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String option;

    /**
     * Made by the types of this package and by stores; {@code option} is the name that the message uses, such as
     * {@code limit}.
     */
    public InvalidOptionException(String option, String message) {
        super(message);
        this.option = option;
    }

    /** Returns the name of the option whose value was refused. */
    public String option() {
        return option;
    }
}
