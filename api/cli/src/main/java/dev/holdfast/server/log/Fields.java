package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/** Reads the fields of a log event for both formats. Stateless. */
final class Fields {
    static final String WORKFLOW = "workflow";

    /** Limits the message of a line, so that a payload that is logged by mistake does not fill the disk. */
    private static final int MESSAGE_MAX = 8_000;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Fields() {}

    /** RFC 3339. */
    static String time(ILoggingEvent event) {
        return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
    }

    static String message(ILoggingEvent event) {
        return cut(String.valueOf(event.getFormattedMessage()), MESSAGE_MAX);
    }

    /** The field of the event, else of the MDC of its thread; the thread of a workflow has its id there. */
    static Optional<String> of(ILoggingEvent event, String name) {
        List<KeyValuePair> pairs = event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs();
        return pairs.stream()
                .filter(pair -> pair.key.equals(name))
                .map(pair -> String.valueOf(pair.value))
                .findFirst()
                .or(() -> Optional.ofNullable(event.getMDCPropertyMap().get(name)));
    }

    static String cut(String text, int max) {
        return text.length() <= max ? text : text.substring(0, max) + "… (cut, was " + text.length() + " characters)";
    }
}
