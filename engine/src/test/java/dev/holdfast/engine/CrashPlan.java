package dev.holdfast.engine;

/** When a node dies. Asked by all threads of the node. */
@FunctionalInterface
interface CrashPlan {
    CrashPlan NEVER = (point, position) -> false;

    /** Whether it dies here; the position of an end is -1. */
    boolean diesAt(CrashPoint point, int position);

    static CrashPlan at(CrashPoint point, int position) {
        return (p, at) -> p == point && at == position;
    }
}
