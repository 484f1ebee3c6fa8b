package dev.holdfast.engine.execution;

/**
 * Unwinds the thread of a cancelled workflow out of its code; the sagas on the way compensate. An Error, so that
 * {@code catch (Exception)} does not catch it. It has no stack trace, because it is no failure.
 */
final class Cancellation extends Error {
    private static final long serialVersionUID = 1L;

    Cancellation() {
        super("the workflow was cancelled", null, false, false);
    }
}
