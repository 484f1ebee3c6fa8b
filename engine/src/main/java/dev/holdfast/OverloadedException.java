package dev.holdfast;

import java.time.Duration;

/** Thrown to a submitter while this node has too much unwritten work. Nothing was written; try again later. */
public class OverloadedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /** Made by the store. */
    public OverloadedException(String what, Duration retryAfter) {
        super(what + ": try again in " + retryAfter.toSeconds() + " s");
        this.retryAfter = retryAfter;
    }

    /** How long to wait before the next try. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
