package dev.holdfast;

/**
 * Thrown to a submitter whose key or id belongs to a workflow with another input or definition. Nothing changed; a
 * repeated submission fails again. Unchecked, immutable.
 */
public class SubmissionConflictException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String existingId;

    /**
     * Made by the engine.
     *
     * @param what the key or id, for the message
     * @param difference what differs: input or definition
     */
    public SubmissionConflictException(String what, String difference, String existingId) {
        super(what + " already belongs to workflow " + existingId + " with another " + difference
                + ": use another key for other work, or send the same " + difference + " to join it");
        this.existingId = existingId;
    }

    /** Returns the id of the workflow that has the key or id. */
    public String existingId() {
        return existingId;
    }
}
