package dev.holdfast.server.log;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * The format of all log lines of this process, and the node that they name. Commands set both before a node logs. Both
 * are properties of Logback's context, so that they apply to all threads, and users can refer to them in their own
 * configuration files. Safe for all threads.
 */
public final class Logs {
    static final String FORMAT = "log-format";
    static final String NODE = "node";

    private Logs() {}

    /** Sets the format and the node of all further lines. */
    public static void begin(LogFormat format, String node) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty(FORMAT, format.name());
            context.putProperty(NODE, node);
        }
    }

    /** Whether the log is JSON; then errors must be log lines too. */
    public static boolean isJson() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && LogFormat.JSON.name().equals(context.getProperty(FORMAT));
    }
}
