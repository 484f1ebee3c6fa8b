package dev.holdfast.samples.probe;

import dev.holdfast.InvalidInputException;
import dev.holdfast.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Checks members of inputs. An invalid one throws {@link InvalidInputException}, which becomes 400 with its message.
 * Stateless.
 */
public final class Inputs {
    private Inputs() {}

    public static int within(String member, @Nullable Integer value, int fallback, int least, int most) {
        int number = value == null ? fallback : value;
        if (number < least || number > most) {
            throw new InvalidInputException(member, member + " is " + number + ": expected " + least + " to " + most);
        }
        return number;
    }

    public static boolean or(@Nullable Boolean value, boolean fallback) {
        return value == null ? fallback : value;
    }

    public static String signal(String member, String name) {
        try {
            return Signal.named(name, Object.class).name();
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(member, String.valueOf(e.getMessage()));
        }
    }

    public static String text(String member, @Nullable String value) {
        if (value == null || value.isBlank() || value.length() > 200) {
            throw new InvalidInputException(
                    member, member + " is missing, blank or over 200 characters: expected 1 to 200 characters");
        }
        return value;
    }
}
