package dev.holdfast.server.http;

import dev.holdfast.HoldfastException;

/** Thrown to a request that needs the engine while this node has not joined, or is shutting down. */
public final class NotJoinedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    public NotJoinedException(String message) {
        super(message);
    }
}
