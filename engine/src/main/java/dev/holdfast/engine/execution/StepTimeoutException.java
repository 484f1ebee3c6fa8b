package dev.holdfast.engine.execution;

import java.util.concurrent.TimeoutException;

/** An attempt took longer than its step allows; a body's own {@link TimeoutException} is another thing. */
final class StepTimeoutException extends TimeoutException {
    private static final long serialVersionUID = 1L;

    StepTimeoutException(String message) {
        super(message);
    }
}
