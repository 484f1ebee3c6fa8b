package dev.holdfast.server;

import dev.holdfast.HoldfastException;

/** Thrown to a request that needs the engine while this node has not joined, or while it goes. */
final class NotJoinedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    NotJoinedException(String message) {
        super(message);
    }
}
