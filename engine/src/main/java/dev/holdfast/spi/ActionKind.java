package dev.holdfast.spi;

import java.util.Locale;

/** What operators can ask of a workflow. Names are stored: never change them. */
public enum ActionKind {
    CANCEL,
    TERMINATE,
    RETRY,
    DISCARD,
    ERASE,
    SCRUB;

    /** Whether it is asked of a workflow that has ended, and of no other. */
    public boolean ofEnded() {
        return this == ERASE || this == SCRUB;
    }

    /** As errors and histories name it, such as {@code cancel}. */
    public String verb() {
        return name().toLowerCase(Locale.ROOT);
    }
}
