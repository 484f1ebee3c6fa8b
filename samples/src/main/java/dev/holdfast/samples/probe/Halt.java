package dev.holdfast.samples.probe;

import dev.holdfast.InvalidInputException;

/** Whether probes may end the process that they run in: for the whole process, since that is what ends. */
public final class Halt {
    private static final int KILLED = 137;
    private static volatile boolean allowed;

    private Halt() {}

    public static void allow(boolean now) {
        allowed = now;
    }

    /** Throws {@link InvalidInputException}, which names the member, where the process is not to be ended. */
    static void requireAllowed(String member, Object value) {
        if (!allowed) {
            throw new InvalidInputException(
                    member,
                    member + " is " + value + ", which ends the process of the node: start it with --allow-halt first");
        }
    }

    /** Ends it as kill -9 does. */
    static void now() {
        Runtime.getRuntime().halt(KILLED);
    }
}
