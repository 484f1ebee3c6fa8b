package dev.holdfast.samples.probe;

import dev.holdfast.InvalidInputException;

/** The permission of probes to end the process; one for the whole process. Safe for all threads. */
public final class Halt {
    private static final int KILLED = 137;
    private static volatile boolean allowed;

    private Halt() {}

    public static void allow(boolean now) {
        allowed = now;
    }

    /** Throws {@link InvalidInputException} that names the member, without the permission. */
    static void requireAllowed(String member, Object value) {
        if (!allowed) {
            throw new InvalidInputException(
                    member,
                    member + " is " + value
                            + ", which ends the process of the node: to allow that, start the node with --allow-halt");
        }
    }

    /** Ends the process as kill -9 does. */
    static void now() {
        Runtime.getRuntime().halt(KILLED);
    }
}
