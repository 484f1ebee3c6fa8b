package dev.holdfast.spi;

import java.util.Locale;

/** The kinds of operator actions. Names are stored: never change them. */
public enum ActionKind {
    CANCEL,
    TERMINATE,
    PAUSE,
    RESUME,
    RETRY,
    /** A retry with the explicit yes that a body which may have run is called again. */
    RUN_AGAIN,
    DISCARD,
    ERASE,
    SCRUB;

    /** Whether the action is possible only for workflows that have ended. */
    public boolean ofEnded() {
        return this == ERASE || this == SCRUB;
    }

    /** The name in errors and histories, such as {@code run-again}. */
    public String verb() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
