package dev.holdfast.engine.execution;

import java.util.concurrent.TimeoutException;

/** An attempt exceeded the timeout of its step. Not for a {@link TimeoutException} that the body throws. */
final class StepTimeoutException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    StepTimeoutException(String message) {
        super(message);
    }
}
