package dev.holdfast.admin;

/** Throws whatever it is asked: its methods are of users. */
public final class HostileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
        throw new IllegalStateException("no message");
    }

    @Override
    public String toString() {
        throw new StackOverflowError();
    }

    @Override
    public synchronized Throwable getCause() {
        throw new IllegalStateException("no cause");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
        throw new IllegalStateException("no frames");
    }
}
