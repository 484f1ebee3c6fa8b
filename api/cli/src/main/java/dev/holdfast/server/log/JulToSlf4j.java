package dev.holdfast.server.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Forwards java.util.logging, which Helidon and the JDBC driver use, to SLF4J, at WARNING and above. Safe for all
 * threads.
 */
public final class JulToSlf4j extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    private JulToSlf4j() {}

    /** Replaces all handlers. Commands that start a node call it once. */
    public static void install() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new JulToSlf4j());
    }

    @Override
    public void publish(LogRecord record) {
        String name = record.getLoggerName() == null ? "java" : record.getLoggerName();
        var level = record.getLevel().intValue() >= Level.SEVERE.intValue()
                ? org.slf4j.event.Level.ERROR
                : org.slf4j.event.Level.WARN;
        LoggerFactory.getLogger(name)
                .atLevel(level)
                .setCause(record.getThrown())
                .log(formatter.formatMessage(record));
    }

    @Override
    public void flush() {
        // SLF4J has no flush
    }

    @Override
    public void close() {
        // no resource is open
    }
}
