package dev.holdfast;

/**
 * Thrown to a submitter whose key or id is taken by a workflow with another input or definition. Nothing changed;
 * sending it again is useless.
 */
public class SubmissionConflictException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String existingId;

    /** {@code what} names the key or id, {@code difference} says in what the existing workflow differs. */
    public SubmissionConflictException(String what, String difference, String existingId) {
        super(what + " already belongs to workflow " + existingId + " with another " + difference
                + ": use another key for other work, or send the same " + difference + " to join it");
        this.existingId = existingId;
    }

    /** The workflow that has the key or id. */
    public String existingId() {
        return existingId;
    }
}
