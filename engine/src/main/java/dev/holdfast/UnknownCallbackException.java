package dev.holdfast;

/**
 * No open workflow has this callback: its token is wrong, or the workflow has ended without it. Unchecked, immutable.
 */
public class UnknownCallbackException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public UnknownCallbackException() {
        super("no callback has this token, or its workflow has ended without an answer");
    }
}
