package dev.holdfast.engine.execution;

/**
 * Takes a cancelled workflow's thread back to its sagas, which undo, and out of its code. An Error, so that
 * {@code catch (Exception)} lets it pass; without a stack trace, it is no failure.
 */
final class Cancellation extends Error {
    private static final long serialVersionUID = 1L;

    Cancellation() {
        super("the workflow was cancelled", null, false, false);
    }
}
