package dev.holdfast.server.http;

/** Paths that several classes use. */
public final class Paths {
    public static final String WORKFLOWS = "/v1/workflows";
    public static final String DEAD_LETTERS = "/v1/dead-letters";
    public static final String HEALTH = "/health";
    public static final String METRICS = "/metrics";

    private Paths() {}
}
