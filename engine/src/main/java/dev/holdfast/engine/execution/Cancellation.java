package dev.holdfast.engine.execution;

/**
 * Unwinds the thread of a cancelled workflow to its sagas, which compensate, and out of its code. An Error, so that
 * {@code catch (Exception)} does not catch it; without a stack trace, because it is no failure.
 */
final class Cancellation extends Error {
    private static final long serialVersionUID = 1L;

    Cancellation() {
        super("the workflow was cancelled", null, false, false);
    }
}
