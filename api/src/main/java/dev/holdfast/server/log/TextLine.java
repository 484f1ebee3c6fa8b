package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.regex.Pattern;

/** A line for people: {@code 2026-11-21T06:33:01.709Z WARN Starter [order-42] - it waits}. */
final class TextLine {
    private static final Pattern LINE_BREAKS = Pattern.compile("[\r\n]+\\s*");
    /** What would move the cursor of a terminal: nobody writes a line of ours but we. */
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    private TextLine() {}

    static String of(ILoggingEvent event) {
        String message = CONTROL.matcher(
                        LINE_BREAKS.matcher(Fields.message(event)).replaceAll(" | "))
                .replaceAll("?");
        StringBuilder line = new StringBuilder()
                .append(Fields.time(event))
                .append(' ')
                .append(String.format("%-5s", event.getLevel()))
                .append(' ')
                .append(simpleName(event.getLoggerName()));
        Fields.of(event, Fields.WORKFLOW)
                .filter(id -> !message.contains(id)) // said already
                .ifPresent(id -> line.append(" [").append(id).append(']'));
        line.append(" - ").append(message).append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(Stack.of(event.getThrowableProxy())).append('\n');
        }
        return line.toString();
    }

    private static String simpleName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
