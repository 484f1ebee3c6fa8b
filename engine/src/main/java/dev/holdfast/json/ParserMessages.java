package dev.holdfast.json;

import java.util.Arrays;
import java.util.Collection;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.exc.MismatchedInputException;

/** Says what is wrong with an input, for people who write JSON and do not know its parser. Stateless. */
final class ParserMessages {
    /** Parts of Jackson's messages for programmers: how to configure it, and the package of a type. */
    private static final Pattern ADVICE_TO_PROGRAMMERS =
            Pattern.compile(" \\(but (might|could) if .*\\)| \\(class [^)]*\\), not marked as ignorable"
                    + "|\\b([a-z]\\w*\\.){2,}(?=[A-Z])");

    private ParserMessages() {}

    /** Whether the text is no JSON at all; a duplicate member and a number out of range are JSON. */
    static boolean isSyntax(JacksonException e) {
        return (e.getClass() == StreamReadException.class || e instanceof UnexpectedEndOfInputException)
                && !e.getOriginalMessage().startsWith("Duplicate ");
    }

    /** The place of an error of syntax, from 1. */
    static String place(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null
                ? "an unknown place"
                : "line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    static String text(JacksonException e) {
        return e instanceof MismatchedInputException mismatch
                        && mismatch.getTargetType() != null
                        && e.getOriginalMessage().startsWith("Cannot ")
                ? "expected " + words(mismatch.getTargetType())
                : ADVICE_TO_PROGRAMMERS.matcher(e.getOriginalMessage()).replaceAll("");
    }

    private static String words(Class<?> type) {
        if (type.isEnum()) {
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "an array";
        }
        return switch (type.getSimpleName()) {
            case "byte", "Byte", "short", "Short", "int", "Integer", "long", "Long", "BigInteger" -> "a whole number";
            case "float", "Float", "double", "Double", "BigDecimal" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case "String" -> "a string";
            case "Instant", "OffsetDateTime", "ZonedDateTime" -> "a time such as 2026-01-31T12:00:00Z";
            case "LocalDate" -> "a date such as 2026-01-31";
            case "Duration" -> "a duration such as PT5S";
            default -> type.isRecord() ? "an object" : "a value of type " + type.getSimpleName();
        };
    }
}
