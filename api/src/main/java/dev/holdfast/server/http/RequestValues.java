package dev.holdfast.server.http;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.admin.Names;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Checks single values of requests. An invalid value throws {@link ProblemException} that names the parameter.
 * Stateless.
 */
public final class RequestValues {
    /** The reason of actions that do not require one. */
    public static final String NO_REASON = "not given";

    private static final int ABBREVIATED_MAX = 100;
    private static final int CURSOR_MAX = 1_000;
    private static final Pattern LETTER = Pattern.compile("[A-Za-z0-9._:@-]{1,200}");

    private RequestValues() {}

    /** Reports an {@link IllegalArgumentException} of the engine as an invalid parameter. */
    public static <T> T checked(String field, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw invalid(field, String.valueOf(e.getMessage()));
        }
    }

    /** Requires the form of a workflow id. */
    public static String workflowId(String id) {
        checked("id", () -> Submission.id(id));
        return id;
    }

    /** Requires the form of a dead letter id, which has the alphabet of workflow ids. */
    public static String deadLetterId(String id) {
        if (!LETTER.matcher(id).matches()) {
            throw invalid(
                    "id",
                    "\"" + abbreviated(id) + "\" is not the id of a dead letter: expected 1 to 200 of A-Za-z0-9._:@-");
        }
        return id;
    }

    /** Requires the form of a step name. */
    public static String stepName(String name) {
        checked("step", () -> Step.named(name));
        return name;
    }

    /** Requires the form of a definition name. */
    public static String definitionName(String type) {
        checked("type", () -> Definition.of(type, 1, Object.class, Object.class));
        return type;
    }

    /** Requires the form of a signal name. */
    public static String signalName(String name) {
        return checked("name", () -> {
            Names.requireSignal(name);
            return name;
        });
    }

    public static int number(String field, String text, int min, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw invalid(field, "\"" + abbreviated(text) + "\": expected a whole number from " + min + " to " + max);
    }

    /** A wait from 0 s to the limit of this server. */
    static Duration wait(String field, String text, Duration max) {
        return Duration.ofSeconds(number(field, text, 0, (int) max.toSeconds()));
    }

    /** Parses RFC 3339, years 0 to 9999. */
    public static Instant time(String field, String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            if (time.getYear() >= 0 && time.getYear() <= 9999) {
                return time.toInstant();
            }
        } catch (DateTimeException e) {
            // reported below
        }
        throw invalid(
                field,
                "\"" + abbreviated(text)
                        + "\": expected a time like 2026-01-31T12:00:00Z (in a query, + is sent as %2B)");
    }

    /** Parses an ISO 8601 duration into {@code ofDuration}, or a time into {@code ofTime}. */
    public static <T> T durationOrTime(
            String field, String text, Function<Duration, T> ofDuration, Function<Instant, T> ofTime) {
        if (!text.startsWith("P") && !text.startsWith("-P")) {
            Instant time = time(field, text);
            return checked(field, () -> ofTime.apply(time));
        }
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeException | ArithmeticException e) {
            throw invalid(
                    field,
                    "\"" + abbreviated(text) + "\": expected a duration like P2D or PT12H, or a time like"
                            + " 2026-01-31T12:00:00Z");
        }
        return checked(field, () -> ofDuration.apply(duration));
    }

    public static String cursor(String text) {
        if (text.isEmpty() || text.length() > CURSOR_MAX || !text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw invalid(
                    "cursor",
                    "\"" + abbreviated(text) + "\" is not a cursor: expected \"next\" of the previous page, unchanged");
        }
        return text;
    }

    public static ProblemException invalid(String field, String why) {
        return new ProblemException(new Problem(ProblemCode.INVALID_PARAMETER, field + ": " + why).field(field));
    }

    static ProblemException malformed(String why) {
        return new ProblemException(new Problem(ProblemCode.MALFORMED_REQUEST, why));
    }

    /** The byte that {@code %xx} at {@code index} stands for. */
    static byte percent(String text, int index) {
        int high = index + 2 < text.length() ? Character.digit(text.charAt(index + 1), 16) : -1;
        int low = high < 0 ? -1 : Character.digit(text.charAt(index + 2), 16);
        if (low < 0) {
            throw malformed("The request has a % without two hexadecimal digits after it.");
        }
        return (byte) (high << 4 | low);
    }

    /** Truncates input for messages. */
    public static String abbreviated(String text) {
        return text.length() > ABBREVIATED_MAX ? text.substring(0, ABBREVIATED_MAX) + "…" : text;
    }
}
