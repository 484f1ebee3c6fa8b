package dev.holdfast.engine.execution;

/**
 * Unwinds the thread of a workflow out of user code when the workflow must not continue here: it is parked, unloaded or
 * dropped, or a write was not confirmed. An Error, so that {@code catch (Exception)} does not catch it. It has no stack
 * trace, because it is no failure.
 */
final class Unwind extends Error {
    private static final long serialVersionUID = 1L;

    Unwind(String reason) {
        super(reason, null, false, false);
    }
}
