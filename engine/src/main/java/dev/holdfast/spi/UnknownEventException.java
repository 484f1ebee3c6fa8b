package dev.holdfast.spi;

/** A log has an event that this build does not know. Its workflow is left alone until a build that knows it runs it. */
public final class UnknownEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Made by what reads the log. */
    public UnknownEventException(int code) {
        super("its log has an event of code " + code
                + ", which this build does not know: a newer build has written it");
    }
}
