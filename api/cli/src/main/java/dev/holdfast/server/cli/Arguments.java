package dev.holdfast.server.cli;

import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.stream.IntStream;

/**
 * Detects arguments that the JVM could not read. It decodes them in the charset of the locale, and silently replaces
 * what that charset lacks; a command would store the replacement. Called by main classes; stateless.
 */
public final class Arguments {
    private static final char REPLACEMENT = '\ufffd';

    private Arguments() {}

    /** Returns whether all arguments are those that the user typed; otherwise reports the first wrong one to stderr. */
    public static boolean areReadable(String[] arguments, PrintStream err) {
        return areReadable(arguments, Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")), err);
    }

    static boolean areReadable(String[] arguments, Charset locale, PrintStream err) {
        if (locale.newEncoder().canEncode(REPLACEMENT)) {
            return true; // the user may have typed it
        }
        int wrong = IntStream.range(0, arguments.length)
                .filter(i -> arguments[i].indexOf(REPLACEMENT) >= 0)
                .findFirst()
                .orElse(-1);
        if (wrong >= 0) {
            err.printf(
                    "argument %d (%s) has a letter that this locale, with the charset %s, cannot express:"
                            + " set LC_ALL to a locale with UTF-8, such as C.UTF-8%n",
                    wrong + 1, arguments[wrong].replace(REPLACEMENT, '?'), locale);
        }
        return wrong < 0;
    }
}
