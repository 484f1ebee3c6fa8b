package dev.holdfast;

/**
 * Thrown into the workflow where a step's outcome is a rejection, on the first run and on every replay. May be caught;
 * where it leaves a saga block the block is undone; where it leaves {@link Workflow#run} the workflow is parked.
 */
public class StepRejectedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String step;
    private final String rejection;
    private final String reason;

    /** Made by the engine from the recorded outcome. */
    public StepRejectedException(String step, String rejection, String reason) {
        super("step " + step + " was rejected: " + reason);
        this.step = step;
        this.rejection = rejection;
        this.reason = reason;
    }

    /** The name of the step. */
    public String step() {
        return step;
    }

    /** The class name of what the body threw. */
    public String rejection() {
        return rejection;
    }

    /** The message of what the body threw. */
    public String reason() {
        return reason;
    }
}
