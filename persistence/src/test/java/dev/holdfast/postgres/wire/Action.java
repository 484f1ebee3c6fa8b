package dev.holdfast.postgres.wire;

/** What the proxy does with a request. */
public enum Action {
    /** Passes it on, and the answer back. */
    FORWARD,
    /** Ends both connections; the server never sees it. */
    CUT_BEFORE,
    /** Passes it on, waits until the server has answered, keeps the answer and ends both connections. */
    CUT_AFTER,
    /** Keeps it, and everything after it, until {@link PgLink#release()}, even when the client has gone meanwhile. */
    HOLD
}
