package dev.holdfast.server.http;

/** Paths that get special treatment before their route is known. */
public final class Paths {
    public static final String HEALTH = "/health";
    public static final String METRICS = "/metrics";
    /** The token that follows is a secret: a request with it needs no API key. */
    public static final String CALLBACKS = "/v1/callbacks/";

    private Paths() {}

    /** Returns a path without the token of a callback, for what others read: logs, the audit and responses. */
    public static String withoutToken(String path) {
        int token = path.indexOf(CALLBACKS);
        return token < 0 ? path : path.substring(0, token + CALLBACKS.length());
    }
}
