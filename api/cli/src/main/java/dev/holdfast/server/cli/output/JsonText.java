package dev.holdfast.server.cli.output;

import dev.holdfast.admin.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import tools.jackson.databind.JsonNode;

/** Formats JSON values of responses as text. Stateless. */
public final class JsonText {
    private static final String NOTHING = "-";

    private JsonText() {}

    /** Strings without quotes, other values as JSON, null and missing as a dash. */
    public static String value(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return NOTHING;
        }
        return value.isString() ? value.stringValue() : value.toString();
    }

    /** Text on one line. */
    public static String line(JsonNode value) {
        return value(value).replaceAll("\\s+", " ");
    }

    /** A time, to the second. */
    public static String time(JsonNode value) {
        return value(value).replaceFirst("\\.\\d+Z$", "Z");
    }

    /** Whether a history item is more than a moment: an attempt of a step, or a wait for a time. */
    public static boolean lasts(JsonNode item) {
        return item.path("position").isNumber()
                || item.path("name").asString("").equals("sleep");
    }

    /** How long a history item took, if it is more than a moment. */
    public static String took(JsonNode item) {
        if (!lasts(item) || !item.path("endedAt").isString()) {
            return NOTHING;
        }
        Instant started = Instant.parse(item.path("startedAt").stringValue());
        Instant ended = Instant.parse(item.path("endedAt").stringValue());
        return DurationText.of(Duration.between(started, ended).truncatedTo(ChronoUnit.MILLIS));
    }

    /** A number of milliseconds. */
    public static String millis(JsonNode value) {
        return value.isNumber() ? DurationText.of(Duration.ofMillis(value.asLong())) : value(value);
    }

    /** A duration in ISO-8601; other text, such as {@code forever}, as it is. */
    public static String duration(JsonNode value) {
        try {
            return DurationText.of(Duration.parse(value(value)));
        } catch (DateTimeParseException e) {
            return value(value);
        }
    }

    /** The simple class name and the message, on one line. */
    public static String error(JsonNode error) {
        if (!error.isObject()) {
            return NOTHING;
        }
        String line = wholeError(error);
        return line.substring(line.lastIndexOf('.', line.indexOf(": ")) + 1);
    }

    /** The full class name and the message, on one line. */
    public static String wholeError(JsonNode error) {
        return (value(error.path("class")) + ": " + value(error.path("message"))).replaceAll("\\s+", " ");
    }
}
