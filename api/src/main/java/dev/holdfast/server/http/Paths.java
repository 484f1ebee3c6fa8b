package dev.holdfast.server.http;

/** Paths that get special treatment before their route is known. */
public final class Paths {
    public static final String HEALTH = "/health";
    public static final String METRICS = "/metrics";

    private Paths() {}
}
