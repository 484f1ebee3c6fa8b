package dev.holdfast.server.cli.output;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A terminal that is redrawn from its upper left corner. Its size is read for each frame, because users resize it. */
public record Terminal(Supplier<Size> size) {
    private static final Size FALLBACK = new Size(24, 80);
    private static final int COLUMNS = 100;
    private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4}) ([1-9]\\d{0,4})");
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    record Size(int rows, int columns) {}

    /** Uses {@code test -t}, because {@link System#console} covers all streams at once and differs between releases. */
    public static Optional<Terminal> ofStdout() {
        return isTerminal("1") ? Optional.of(new Terminal(Terminal::query)) : Optional.empty();
    }

    /** The columns for text on stdout: those of the terminal, or 100. */
    public static int columns() {
        return ofStdout().map(terminal -> terminal.size.get().columns()).orElse(COLUMNS);
    }

    /** Whether stderr is a terminal. */
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

    private static Size query() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .start();
            String text = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return sizeOf(text);
        } catch (IOException e) {
            return FALLBACK;
        }
    }

    /** Parses the output of {@code stty size}. */
    static Size sizeOf(String text) {
        Matcher numbers = SIZE.matcher(text.strip());
        return numbers.matches()
                ? new Size(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)))
                : FALLBACK;
    }

    /** The text that shows exactly the lines for this number of columns, as far as they fit. */
    public String frame(IntFunction<List<String>> lines) {
        Size now = size.get();
        return lines.apply(now.columns()).stream()
                .limit(now.rows() - 1L)
                .map(line -> line.substring(0, Math.min(line.length(), now.columns())))
                .collect(Collectors.joining(CLEAR_LINE + "\n", HOME, CLEAR_LINE + "\n" + CLEAR_BELOW));
    }
}
