package dev.holdfast;

/**
 * Thrown to a submitter whose key or id belongs to a workflow with another input or definition. Nothing changed; a
 * repeated submission fails again. Unchecked, immutable.
 */
public class SubmissionConflictException extends HoldfastException {
    private static final long serialVersionUID = 1L;
    private static final String INPUT = "input";

    private final String existingId;
    private final boolean input;

    /** Made by the engine: {@code what} is the key or id, for the message. */
    public static SubmissionConflictException ofDefinition(String what, String existingId) {
        return new SubmissionConflictException(what, "definition", existingId);
    }

    /** As {@link #ofDefinition}. */
    public static SubmissionConflictException ofInput(String what, String existingId) {
        return new SubmissionConflictException(what, INPUT, existingId);
    }

    private SubmissionConflictException(String what, String difference, String existingId) {
        super(what + " already belongs to workflow " + existingId + " with another " + difference
                + ": use another key for other work, or send the same " + difference + " to join it");
        this.existingId = existingId;
        this.input = difference.equals(INPUT);
    }

    /** Tells whether only the input differs. */
    public boolean isOfInput() {
        return input;
    }

    /** Returns the id of the workflow that has the key or id. */
    public String existingId() {
        return existingId;
    }
}
