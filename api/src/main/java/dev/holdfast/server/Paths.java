package dev.holdfast.server;

/** The paths that more than one class must know. */
final class Paths {
    static final String WORKFLOWS = "/v1/workflows";
    static final String DEAD_LETTERS = "/v1/dead-letters";
    static final String HEALTH = "/health";
    static final String METRICS = "/metrics";

    private Paths() {}
}
