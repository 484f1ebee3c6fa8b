package dev.holdfast.server.http;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Checks single values at the door. What is wrong throws {@link ProblemException} naming the parameter. */
public final class RequestValues {
    /** Where none is asked for. */
    public static final String NO_REASON = "not given";

    private static final int SHOWN_MAX = 100;
    private static final int CURSOR_MAX = 1_000;
    private static final Pattern LETTER = Pattern.compile("[A-Za-z0-9._:@-]{1,200}");

    private RequestValues() {}

    /** What the engine refuses with {@link IllegalArgumentException} is the caller's parameter here. */
    public static <T> T checked(String field, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw invalid(field, String.valueOf(e.getMessage()));
        }
    }

    /** An id that could have been accepted. */
    public static String workflowId(String id) {
        checked("id", () -> Submission.id(id));
        return id;
    }

    /** An id that a dead letter could have: of the same alphabet. */
    public static String letterId(String id) {
        if (!LETTER.matcher(id).matches()) {
            throw invalid("id", "\"" + shown(id) + "\" is no id of a dead letter: expected 1 to 200 of A-Za-z0-9._:@-");
        }
        return id;
    }

    /** A name that a step could have. */
    public static String stepName(String name) {
        checked("step", () -> Step.named(name));
        return name;
    }

    /** A name that could have been registered. */
    public static String definitionName(String type) {
        checked("type", () -> Definition.of(type, 1, Object.class, Object.class));
        return type;
    }

    public static int number(String field, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid(field, "\"" + shown(text) + "\": expected a whole number from " + least + " to " + most);
    }

    /** 0 s to the longest wait of this server. */
    static Duration wait(String field, String text, Duration most) {
        return Duration.ofSeconds(number(field, text, 0, (int) most.toSeconds()));
    }

    /** RFC 3339, in the years that it knows. */
    public static Instant time(String field, String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            if (time.getYear() >= 0 && time.getYear() <= 9999) {
                return time.toInstant();
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw invalid(
                field, "\"" + shown(text) + "\": expected a time like 2026-01-31T12:00:00Z (a + must be sent as %2B)");
    }

    public static String cursor(String text) {
        if (text.isEmpty() || text.length() > CURSOR_MAX || !text.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw invalid("cursor", "\"" + shown(text) + "\" is no cursor: pass back \"next\" as it came");
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
            throw malformed("It has a % without two hexadecimal digits behind it.");
        }
        return (byte) (high << 4 | low);
    }

    /** Cut, for messages. */
    public static String shown(String text) {
        return text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
    }
}
