package dev.holdfast.server.log;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.LoggerFactory;

/**
 * Brings what Helidon and the JDBC driver log through the JDK, warnings and worse, into the one log. Installed once by
 * whoever starts a node; safe for all threads.
 */
public final class JulToSlf4j extends Handler {
    private final SimpleFormatter formatter = new SimpleFormatter();

    private JulToSlf4j() {}

    /** Called once, by whoever starts a process. */
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
        // the log flushes itself
    }

    @Override
    public void close() {
        // nothing is open
    }
}
