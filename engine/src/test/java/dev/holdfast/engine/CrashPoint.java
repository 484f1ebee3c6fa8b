package dev.holdfast.engine;

/** Where a process can die, as the workflow's records see it. */
enum CrashPoint {
    BEFORE_INTENT_COMMIT,
    AFTER_INTENT_COMMIT,
    IN_BODY,
    AFTER_BODY_BEFORE_OUTCOME,
    AFTER_OUTCOME_COMMIT,
    BEFORE_TERMINAL_COMMIT,
    AFTER_TERMINAL_COMMIT;

    /** Whether it is one of a step, rather than of the end. */
    boolean isOfStep() {
        return compareTo(BEFORE_TERMINAL_COMMIT) < 0;
    }
}
