package dev.holdfast.server.log;

import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * What all lines of this process have in common: their format, and the node that writes them. Set by whoever starts a
 * node, before it says anything. Both are properties of Logback's context, so that they stand on the lines of every
 * thread, and that a configuration file of somebody's own can use them.
 */
public final class Logs {
    static final String FORMAT = "log-format";
    static final String NODE = "node";

    private Logs() {}

    /** Lines from now on are of this format and name this node. */
    public static void begin(LogFormat format, String node) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.putProperty(FORMAT, format.name());
            context.putProperty(NODE, node);
        }
    }

    /** Whether programs read the log, and so expect nothing else in its place. */
    public static boolean isJson() {
        return LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && LogFormat.JSON.name().equals(context.getProperty(FORMAT));
    }
}
