package dev.holdfast.server.log;

import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;

/** Formats a stack trace, with limits for deep recursion and for messages with payloads. Stateless. */
final class Stack {
    private static final int CAUSES_MAX = 8;
    private static final int SUPPRESSED_MAX = 8;
    private static final int FRAMES_MAX = 40;
    private static final int MESSAGE_MAX = 2_000;
    private static final int MAX = 16_000;

    private Stack() {}

    /** The exception and its causes, each with its first frames; suppressed exceptions without frames. */
    static String of(IThrowableProxy thrown) {
        StringBuilder text = new StringBuilder();
        String role = "";
        int causes = 0;
        for (IThrowableProxy each = thrown; each != null && causes <= CAUSES_MAX; each = each.getCause()) {
            text.append(role).append(title(each)).append('\n');
            frames(text, each);
            suppressed(text, each.getSuppressed());
            role = "Caused by: ";
            causes++;
        }
        return Fields.cut(text.toString().stripTrailing(), MAX);
    }

    private static String title(IThrowableProxy thrown) {
        return thrown.getMessage() == null ? thrown.getClassName() : thrown.getClassName() + ": " + message(thrown);
    }

    static String message(IThrowableProxy thrown) {
        return Fields.cut(String.valueOf(thrown.getMessage()), MESSAGE_MAX);
    }

    /** Omits the frames in common with the enclosing exception. */
    private static void frames(StringBuilder text, IThrowableProxy thrown) {
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        int own = frames.length - thrown.getCommonFrames();
        for (int i = 0; i < Math.min(own, FRAMES_MAX); i++) {
            text.append("\tat ").append(frames[i].getStackTraceElement()).append('\n');
        }
        int more = frames.length - Math.min(own, FRAMES_MAX);
        if (more > 0) {
            text.append("\t... ").append(more).append(" more\n");
        }
    }

    private static void suppressed(StringBuilder text, IThrowableProxy[] suppressed) {
        for (int i = 0; i < Math.min(suppressed.length, SUPPRESSED_MAX); i++) {
            text.append("\tSuppressed: ").append(title(suppressed[i])).append('\n');
        }
    }
}
