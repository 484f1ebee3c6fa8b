package dev.holdfast;

/**
 * Thrown into the workflow when the outcome of a step is a rejection, on the first run and on every replay. Workflow
 * code may catch it. Where it leaves a saga block, the block is undone; where it leaves {@link Workflow#run}, the
 * workflow is parked. Unchecked, immutable.
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

    /** Returns the name of the step. */
    public String step() {
        return step;
    }

    /** Returns the class name of the exception that the body threw. */
    public String rejection() {
        return rejection;
    }

    /** Returns the message of the exception that the body threw. */
    public String reason() {
        return reason;
    }
}
