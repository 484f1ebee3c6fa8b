package dev.holdfast.samples.probe;

import dev.holdfast.InvalidInputException;
import org.jspecify.annotations.Nullable;

/** Checks inputs at the door: what it throws is answered with 400 and this message. */
public final class Inputs {
    private Inputs() {}

    public static int within(String member, @Nullable Integer value, int otherwise, int least, int most) {
        int number = value == null ? otherwise : value;
        if (number < least || number > most) {
            throw new InvalidInputException(member, member + " is " + number + ": expected " + least + " to " + most);
        }
        return number;
    }

    public static boolean or(@Nullable Boolean value, boolean otherwise) {
        return value == null ? otherwise : value;
    }

    public static String text(String member, @Nullable String value) {
        if (value == null || value.isBlank() || value.length() > 200) {
            throw new InvalidInputException(member, member + " is missing, blank or over 200 characters");
        }
        return value;
    }
}
