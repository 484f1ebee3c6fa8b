package dev.holdfast.admin;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes exceptions of users, whose methods may throw themselves and whose causes may have no end. Called by the
 * engine. Stateless.
 */
public final class ThrowableText {
    private static final int CAUSES_MAX = 20;
    private static final int SUPPRESSED_MAX = 5;
    private static final int FRAMES_MAX = 100;
    private static final StackTraceElement[] NO_FRAMES = {};

    private ThrowableText() {}

    /** Returns the message; empty if there is none. */
    public static String message(Throwable thrown) {
        String message = or(thrown::getMessage, "(its getMessage() throws)");
        return message == null ? "" : message;
    }

    /** Returns the stack traces of an exception, its causes and what they suppressed, up to {@code max} characters. */
    public static String stack(Throwable thrown, int max) {
        StringBuilder text = new StringBuilder();
        Set<Throwable> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        String role = "";
        StackTraceElement[] enclosing = NO_FRAMES;
        Throwable each = thrown;
        while (each != null && text.length() < max) {
            if (!shown.add(each) || shown.size() > CAUSES_MAX) {
                text.append(role).append("…\n");
                break;
            }
            text.append(role).append(title(each)).append('\n');
            StackTraceElement[] frames = or(each::getStackTrace, NO_FRAMES);
            frames(text, frames, frames.length - common(frames, enclosing));
            suppressed(text, each);
            enclosing = frames;
            each = or(each::getCause, null);
            role = "Caused by: ";
        }
        return StorableText.storable(text.toString(), max);
    }

    private static String title(Throwable thrown) {
        String message = message(thrown);
        String type = thrown.getClass().getName();
        return message.isEmpty() ? type : type + ": " + StorableText.storable(message, Failure.MESSAGE_MAX);
    }

    /** Omits the frames behind the {@code own} ones, which the enclosing exception has, too. */
    private static void frames(StringBuilder text, StackTraceElement[] frames, int own) {
        int shown = Math.min(own, FRAMES_MAX);
        Arrays.stream(frames)
                .limit(shown)
                .forEach(frame -> text.append("\tat ").append(frame).append('\n'));
        if (frames.length > shown) {
            text.append("\t... ").append(frames.length - shown).append(" more\n");
        }
    }

    private static int common(StackTraceElement[] frames, StackTraceElement[] enclosing) {
        int most = Math.min(frames.length, enclosing.length);
        int common = 0;
        while (common < most && frames[frames.length - 1 - common].equals(enclosing[enclosing.length - 1 - common])) {
            common++;
        }
        return common;
    }

    private static void suppressed(StringBuilder text, Throwable thrown) {
        Arrays.stream(thrown.getSuppressed())
                .limit(SUPPRESSED_MAX)
                .forEach(other ->
                        text.append("\tSuppressed: ").append(title(other)).append('\n'));
    }

    private static <T extends @Nullable Object> T or(Supplier<T> method, T otherwise) {
        try {
            return method.get();
        } catch (Throwable e) { // whatever the user's method throws, the exception itself is what must be told
            return otherwise;
        }
    }
}
