package dev.holdfast.spi;

/**
 * Thrown for a log with an event that this build does not know. Only a build that knows the event runs the workflow.
 */
public final class UnknownEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Called by readers of the log. */
    public UnknownEventException(int code) {
        super("its log has an event of code " + code
                + ", which this build does not know: a newer build has written it");
    }
}
