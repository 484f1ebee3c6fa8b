package dev.holdfast.engine.execution;

/**
 * Takes a workflow's thread back through user code when the workflow is not to go on here: parked, ownership lost, or
 * the engine stops. An Error, so that {@code catch (Exception)} lets it pass; without a stack trace, it is no failure.
 */
final class Unwind extends Error {
    private static final long serialVersionUID = 1L;

    Unwind(String reason) {
        super(reason, null, false, false);
    }
}
