package dev.holdfast.postgres.doctor;

/**
 * The result of one check. Made by {@link Doctor}; immutable.
 *
 * @param check the name of the check: lower case, the same over versions
 * @param seen the observation, in one line
 * @param todo what to do; empty if nothing
 */
public record Finding(String check, State state, String seen, String todo) {
    /** The state of what was checked. */
    public enum State {
        /** Checked, and as it should be. */
        OK,
        /** It works, but not as it should. */
        DEGRADED,
        /** The database or a node does not answer. */
        UNREACHABLE,
        /** The check could not run, so the state is unknown. */
        NO_DATA
    }

    /** A finding that all is as it should be. */
    public static Finding ok(String check, String seen) {
        return new Finding(check, State.OK, seen, "");
    }

    /** A finding that requires an action. */
    public static Finding degraded(String check, String seen, String todo) {
        return new Finding(check, State.DEGRADED, seen, todo);
    }

    /** A finding that the database or a node does not answer. */
    public static Finding unreachable(String check, String seen, String todo) {
        return new Finding(check, State.UNREACHABLE, seen, todo);
    }

    /** A finding that the check could not run, with the reason. */
    public static Finding noData(String check, String why, String todo) {
        return new Finding(check, State.NO_DATA, why, todo);
    }

    /** Whether an operator has to act. */
    public boolean isTrouble() {
        return state == State.DEGRADED || state == State.UNREACHABLE;
    }
}
