package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Logback's encoder of this process: one event is one line, and under a line for people what was thrown. Named by
 * {@code logback.xml}, and by configuration files of users. Holds nothing, so it is safe for all threads.
 */
public final class LogLines extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    @Override
    public byte[] encode(ILoggingEvent event) {
        boolean json = LogFormat.JSON.name().equals(getContext().getProperty(Logs.FORMAT));
        String line = json
                ? JsonLine.of(event, Optional.ofNullable(getContext().getProperty(Logs.NODE)))
                : TextLine.of(event);
        return line.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
