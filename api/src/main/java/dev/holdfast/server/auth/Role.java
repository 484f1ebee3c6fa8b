package dev.holdfast.server.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of a key may do: each role may do what those before it may. */
public enum Role {
    /** Looks at everything but keys and the audit. */
    VIEWER,
    /** Submits too. */
    SUBMITTER,
    /** Decides too: cancel, terminate, dead letters. */
    OPERATOR,
    /** Removes too: erases, scrubs, says how long what is kept; makes and revokes keys, and looks at the audit. */
    ADMIN;

    boolean includes(Role needed) {
        return compareTo(needed) >= 0;
    }

    /** The role of this name, in upper or lower case. */
    static Optional<Role> of(String name) {
        return Arrays.stream(values())
                .filter(role -> role.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }
}
