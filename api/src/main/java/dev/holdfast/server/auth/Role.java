package dev.holdfast.server.auth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of a key may do. Each role includes the roles before it. */
public enum Role {
    /** Reads everything except keys and the audit log. */
    VIEWER,
    /** Submits workflows. */
    SUBMITTER,
    /** Cancels, terminates, pauses and resumes workflows, retries and discards dead letters. */
    OPERATOR,
    /** Erases and scrubs workflows, sets retention, creates and revokes keys, reads the audit log. */
    ADMIN;

    boolean includes(Role required) {
        return compareTo(required) >= 0;
    }

    /** The role of this name, in upper or lower case. */
    static Optional<Role> of(String name) {
        return Arrays.stream(values())
                .filter(role -> role.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }
}
