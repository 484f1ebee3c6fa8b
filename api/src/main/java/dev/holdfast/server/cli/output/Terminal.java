package dev.holdfast.server.cli.output;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A terminal that is drawn on from its upper left corner. Its size is asked for at each drawing, because people change
 * it.
 */
public record Terminal(Supplier<Size> size) {
    private static final Size USUAL = new Size(24, 80);
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})");
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    record Size(int rows, int columns) {}

    /** Java tells only whether all of stdin, stdout and stderr are one, and that in another way in each release. */
    public static Optional<Terminal> ofStdout() {
        return isTerminal("1") ? Optional.of(new Terminal(Terminal::asked)) : Optional.empty();
    }

    /** Whether somebody looks at what goes to stderr. */
    public static boolean isStderr() {
        return isTerminal("2");
    }

    private static boolean isTerminal(String descriptor) {
        try {
            Process test = new ProcessBuilder("test", "-t", descriptor)
                    .redirectOutput(Redirect.INHERIT)
                    .redirectError(Redirect.INHERIT)
                    .start();
            return test.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Size asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .start();
            String text = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return sizeOf(text);
        } catch (IOException e) {
            return USUAL;
        }
    }

    /** What {@code stty size} says. */
    static Size sizeOf(String text) {
        Matcher numbers = SIZE.matcher(text.strip());
        return numbers.matches()
                ? new Size(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : USUAL;
    }

    /** What to print so that exactly these lines are there, as far as they fit. */
    public String drawn(List<String> lines) {
        Size now = size.get();
        return lines.stream()
                .limit(now.rows() - 1L)
                .map(line -> line.substring(0, Math.min(line.length(), now.columns())))
                .collect(Collectors.joining(CLEAR_LINE + "\n", HOME, CLEAR_LINE + "\n" + CLEAR_BELOW));
    }
}
