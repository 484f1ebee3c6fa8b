package dev.holdfast.server.cli.output;

import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/** Formats JSON values of responses as text. Stateless. */
public final class JsonText {
    private static final int ERROR_MAX = 80;
    private static final String NOTHING = "-";

    private JsonText() {}

    /** Strings without quotes, other values as JSON, null and missing as a dash. */
    public static String value(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return NOTHING;
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    /** Text on one line of at most 80 characters. */
    public static String line(JsonNode value) {
        String line = value(value).replaceAll("\\s+", " ");
        return line.length() > ERROR_MAX ? line.substring(0, ERROR_MAX - 1) + "…" : line;
    }

    /** A time, to the second. */
    public static String time(JsonNode value) {
        return value(value).replaceFirst("\\.\\d+Z$", "Z");
    }

    /** The duration of a history item in milliseconds. */
    public static String millis(JsonNode item) {
        if (!item.path("endedAt").isString()) {
            return NOTHING;
        }
        Instant started = Instant.parse(item.path("startedAt").stringValue());
        Instant ended = Instant.parse(item.path("endedAt").stringValue());
        return String.valueOf(Duration.between(started, ended).toMillis());
    }

    /** The simple class name and the message, on one line of at most 80 characters. */
    public static String error(JsonNode error) {
        if (!error.isObject()) {
            return NOTHING;
        }
        String line = wholeError(error);
        String last = line.substring(line.lastIndexOf('.', line.indexOf(": ")) + 1);
        return last.length() > ERROR_MAX ? last.substring(0, ERROR_MAX - 1) + "…" : last;
    }

    /** The full class name and the message, on one line. */
    public static String wholeError(JsonNode error) {
        return (value(error.path("class")) + ": " + value(error.path("message"))).replaceAll("\\s+", " ");
    }
}
