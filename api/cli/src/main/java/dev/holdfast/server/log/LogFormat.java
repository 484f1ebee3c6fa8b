package dev.holdfast.server.log;

import java.util.Locale;

/** The format of the log: the setting {@code log-format}. */
public enum LogFormat {
    /** One readable line for each event. */
    TEXT,
    /** One JSON object on one line for each event. */
    JSON;

    /** Parses the name in lower case. Throws {@link IllegalArgumentException}. */
    public static LogFormat of(String text) {
        for (LogFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
                return format;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is not a log format: expected text or json");
    }
}
