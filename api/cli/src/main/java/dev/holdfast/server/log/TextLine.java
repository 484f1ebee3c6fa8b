package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.regex.Pattern;

/** Formats an event as text: {@code 2026-11-21T06:33:01.709Z WARN WorkflowLoader [order-42] - it waits}. Stateless. */
final class TextLine {
    private static final Pattern LINE_BREAKS = Pattern.compile("[\r\n]+\\s*");
    /** Control characters, with which logged input could forge lines or move the cursor of a terminal. */
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
                .filter(id -> !message.contains(id)) // the message has the id
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
