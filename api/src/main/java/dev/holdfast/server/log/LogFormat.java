package dev.holdfast.server.log;

import java.util.Locale;

/** How a process writes its log. Chosen by whoever starts it. */
public enum LogFormat {
    /** Lines for people. */
    TEXT,
    /** One JSON object for each line, for programs. */
    JSON;

    /** As people write it, in lower case. Throws {@link IllegalArgumentException}. */
    public static LogFormat of(String text) {
        for (LogFormat format : values()) {
            if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
                return format;
            }
        }
        throw new IllegalArgumentException("\"" + text + "\" is no log format: expected text or json");
    }
}
