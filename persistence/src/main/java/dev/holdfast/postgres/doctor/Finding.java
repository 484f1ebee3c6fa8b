package dev.holdfast.postgres.doctor;

/**
 * What one check came to. Made by {@link Doctor}; immutable.
 *
 * @param check its name: lower case, the same over versions
 * @param seen in one line
 * @param todo empty where nothing is to be done
 */
public record Finding(String check, State state, String seen, String todo) {
    /** How it stands. */
    public enum State {
        /** Looked at, and as it should be. */
        OK,
        /** It works, and not as it should. */
        DEGRADED,
        /** Somebody who should answer does not. */
        UNREACHABLE,
        /** It could not be looked at, so nobody knows. */
        NO_DATA
    }

    /** As it should be. */
    public static Finding ok(String check, String seen) {
        return new Finding(check, State.OK, seen, "");
    }

    /** Something is to be done. */
    public static Finding degraded(String check, String seen, String todo) {
        return new Finding(check, State.DEGRADED, seen, todo);
    }

    /** Nobody answers. */
    public static Finding unreachable(String check, String seen, String todo) {
        return new Finding(check, State.UNREACHABLE, seen, todo);
    }

    /** Not looked at, and why not. */
    public static Finding noData(String check, String why, String todo) {
        return new Finding(check, State.NO_DATA, why, todo);
    }

    /** Whether somebody has to act. */
    public boolean isTrouble() {
        return state == State.DEGRADED || state == State.UNREACHABLE;
    }
}
