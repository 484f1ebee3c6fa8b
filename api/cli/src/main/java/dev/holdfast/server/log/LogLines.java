package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The Logback encoder of this process: one line for each event, followed in text format by the stack trace. Named in
 * {@code logback.xml} and in configuration files of users. Stateless, so safe for all threads.
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
