package dev.holdfast.spi;

import java.util.Locale;

/** The kinds of operator actions. Names are stored: never change them. */
public enum ActionKind {
    CANCEL,
    TERMINATE,
    RETRY,
    DISCARD,
    ERASE,
    SCRUB;

    /** Whether the action is for workflows that have ended, and for no others. */
    public boolean ofEnded() {
        return this == ERASE || this == SCRUB;
    }

    /** The name in errors and histories, such as {@code cancel}. */
    public String verb() {
        return name().toLowerCase(Locale.ROOT);
    }
}
