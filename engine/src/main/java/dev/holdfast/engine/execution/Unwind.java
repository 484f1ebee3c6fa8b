package dev.holdfast.engine.execution;

/**
 * Unwinds the thread of a workflow out of user code when the workflow must not go on here: it is parked or unloaded,
 * the ownership is lost, or the engine stops. An Error, so that {@code catch (Exception)} does not catch it; without a
 * stack trace, because it is no failure.
 */
final class Unwind extends Error {
    private static final long serialVersionUID = 1L;

    Unwind(String reason) {
        super(reason, null, false, false);
    }
}
