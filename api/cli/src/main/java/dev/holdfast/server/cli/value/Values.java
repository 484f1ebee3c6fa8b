package dev.holdfast.server.cli.value;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DurationText;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary.Waiting;
import dev.holdfast.server.config.Settings;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Checks the values of options, so that a wrong one is wrong usage and no request is sent. The exceptions say what is
 * expected; whoever reports them names the option and the value. Stateless.
 */
public final class Values {
    private static final int REASON_MAX = 1_000;
    private static final int YEAR_MAX = 9_999;
    private static final Duration LIFETIME_MAX = Duration.ofDays(3_650);
    private static final Duration KEEP_MIN = Duration.ofDays(1);
    private static final Duration KEEP_MAX = Duration.ofDays(36_500);
    private static final Duration DELAY_MAX = Duration.ofDays(366);

    private Values() {}

    private static TypeConversionException expected(String what) {
        return new TypeConversionException("expected " + what);
    }

    /** A whole number within limits. */
    public abstract static class Whole implements ITypeConverter<Integer> {
        private final int min;
        private final int max;

        Whole(int min, int max) {
            this.min = min;
            this.max = max;
        }

        @Override
        public Integer convert(String text) {
            try {
                int number = Integer.parseInt(text);
                if (number >= min && number <= max) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // reported below
            }
            throw expected(min + " to " + max);
        }
    }

    /** Seconds to wait, 0 to 60. */
    public static final class Wait extends Whole {
        Wait() {
            super(0, 60);
        }
    }

    /** The size of a page, 1 to 500. */
    public static final class Limit extends Whole {
        Limit() {
            super(1, 500);
        }
    }

    /** A TCP port; 0 for any free one. */
    public static final class Port extends Whole {
        Port() {
            super(0, 65_535);
        }
    }

    /** Text of a form. */
    public abstract static class Form implements ITypeConverter<String> {
        private final Pattern form;
        private final String expectation;

        Form(String form, String expectation) {
            this.form = Pattern.compile(form);
            this.expectation = expectation;
        }

        @Override
        public String convert(String text) {
            if (!form.matcher(text).matches()) {
                throw expected(expectation);
            }
            return text;
        }
    }

    /** The id of a workflow or dead letter, or an idempotency key. */
    public static final class Id extends Form {
        Id() {
            super("[A-Za-z0-9._:@-]{1,200}", "1 to 200 of A-Za-z0-9._:@-");
        }
    }

    /** The name of a definition. */
    public static final class Type extends Form {
        Type() {
            super("[a-z0-9._-]{1,100}", "1 to 100 of a-z0-9._-");
        }
    }

    /** The name of a signal. */
    public static final class SignalName extends Form {
        SignalName() {
            super("[a-z0-9._-]{1,100}", "1 to 100 of a-z0-9._-");
        }
    }

    /** The reason of an action. */
    public static final class Reason implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.isBlank() || text.length() > REASON_MAX) {
                throw expected("1 to 1,000 characters that are not all blank");
            }
            return text;
        }
    }

    /** A time with its offset from UTC. */
    public static final class Time implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                int year = OffsetDateTime.parse(text).getYear();
                if (year >= 0 && year <= YEAR_MAX) {
                    return text;
                }
            } catch (DateTimeException e) {
                // reported below
            }
            throw expected("a time such as 2026-01-31T12:00:00Z");
        }
    }

    /** The lifetime of an API key. */
    public static final class Lifetime implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            Duration time = duration(text, "a time such as 12h or 90d");
            if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(LIFETIME_MAX) > 0) {
                throw expected("1 s to " + DurationText.of(LIFETIME_MAX));
            }
            return text;
        }
    }

    /** A time from now, or a time with its offset from UTC; converted to the form of the API. */
    public static final class Deadline implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.matches("\\d{4}-.*")) {
                return new Time().convert(text);
            }
            Duration time = duration(text, "a time such as 12h or 2d, or 2026-01-31T12:00:00Z");
            if (!time.isPositive() || time.compareTo(KEEP_MAX) > 0) {
                throw expected("a time over 0, up to 100 years");
            }
            return time.toString();
        }
    }

    /** When a workflow starts: a duration or a time; converted to the form of the API. */
    public static final class Delay implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.matches("\\d{4}-.*")) {
                return new Time().convert(text);
            }
            Duration time = duration(text, "a time such as 30m or 2d, or 2026-01-31T12:00:00Z");
            if (time.isNegative() || time.compareTo(DELAY_MAX) > 0) {
                throw expected("0 to 366 days");
            }
            return time.toString();
        }
    }

    /** The time for which ended workflows are kept, or {@code forever}; converted to the form of the API. */
    public static final class Keep implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            if (text.equals("forever")) {
                return text;
            }
            Duration time = duration(text, "a time such as 30d, or forever");
            if (time.compareTo(KEEP_MIN) < 0 || time.compareTo(KEEP_MAX) > 0) {
                throw expected("1 day to 100 years, or forever");
            }
            return time.toString();
        }
    }

    private static Duration duration(String text, String expectation) {
        try {
            return Settings.duration(text);
        } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
            throw expected(expectation);
        }
    }

    /** One of some names, in upper or lower case; a shell completes them. */
    public abstract static class Name implements ITypeConverter<String>, Iterable<String> {
        private final List<String> names;

        Name(String... names) {
            this.names = List.of(names);
        }

        @Override
        public String convert(String text) {
            String name = text.toLowerCase(Locale.ROOT);
            if (!names.contains(name)) {
                throw expected("one of " + String.join(", ", names));
            }
            return name;
        }

        @Override
        public Iterator<String> iterator() {
            return names.iterator();
        }
    }

    private static String[] lowerCase(Enum<?>[] names) {
        return Arrays.stream(names)
                .map(name -> name.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
    }

    /** The status of a workflow. */
    public static final class Status extends Name {
        Status() {
            super(lowerCase(WorkflowStatus.values()));
        }
    }

    /** What a workflow waits for: a kind, which a shell completes, or {@code kind:name}. */
    public static final class WaitingFor implements ITypeConverter<String>, Iterable<String> {
        @Override
        public String convert(String text) {
            try {
                WorkflowFilter unused = WorkflowFilter.newest(1).waitingFor(text);
                return text;
            } catch (InvalidOptionException e) {
                throw expected(
                        "one of " + String.join(", ", Waiting.KINDS) + ", or one with a name, such as signal:approval");
            }
        }

        @Override
        public Iterator<String> iterator() {
            return Waiting.KINDS.iterator();
        }
    }

    /** The status of an ended workflow; {@code *} for any. */
    public static final class FinalStatus extends Name {
        public FinalStatus() {
            super("completed", "failed", "cancelled", "*");
        }
    }

    /** The cause of a dead letter. */
    public static final class Cause extends Name {
        Cause() {
            super(lowerCase(DeadLetter.Cause.values()));
        }
    }

    /** The role of an API key. */
    public static final class Role extends Name {
        Role() {
            super("viewer", "submitter", "operator", "admin");
        }
    }

    /** The format of the log. */
    public static final class Log extends Name {
        Log() {
            super("text", "json");
        }
    }
}
