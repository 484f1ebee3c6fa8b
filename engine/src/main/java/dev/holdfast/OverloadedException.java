package dev.holdfast;

import java.time.Duration;

/**
 * Thrown to a submitter while this node has too much unwritten work. Nothing was written; the submission can be
 * repeated after {@link #retryAfter}, or sent to another node. Unchecked, immutable.
 */
public class OverloadedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** Made by the store. */
    public OverloadedException(String what, Duration retryAfter) {
        super(what + ": try again in " + retryAfter.toSeconds() + " s");
        this.retryAfter = retryAfter;
    }

    /** Returns how long to wait before the next try. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
