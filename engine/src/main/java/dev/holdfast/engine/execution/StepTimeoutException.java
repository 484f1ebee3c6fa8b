package dev.holdfast.engine.execution;

import java.util.concurrent.TimeoutException;

/**
 * Thrown when an attempt exceeds the timeout of its step. A {@link TimeoutException} of the body is another failure.
 */
final class StepTimeoutException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    StepTimeoutException(String message) {
        super(message);
    }
}
