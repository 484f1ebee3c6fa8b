package dev.holdfast.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The Prefer header (RFC 7240); this server supports {@code wait}. Stateless. */
public final class PreferHeader {
    static final HeaderName PREFER = HeaderNames.create("Prefer");
    public static final HeaderName APPLIED = HeaderNames.create("Preference-Applied");
    private static final String WAIT = "wait";

    private PreferHeader() {}

    /** Returns the requested wait, if any. Throws {@link ProblemException} for a time out of range. */
    public static Optional<Duration> wait(ServerRequestHeaders headers, Duration max) {
        if (!headers.contains(PREFER)) {
            return Optional.empty();
        }
        return headers.all(PREFER, List::of).stream()
                .flatMap(line -> split(line, ',').stream())
                .map(preference -> split(preference, ';').getFirst()) // without its parameters
                .filter(PreferHeader::isWait)
                .findFirst()
                .map(preference -> RequestValues.wait("Prefer", value(preference), max));
    }

    /** Splits outside of quoted strings. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && !(quoted && text.charAt(i - 1) == '\\')) {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return parts;
    }

    private static boolean isWait(String preference) {
        String name = preference.split("=", 2)[0].strip();
        return name.toLowerCase(Locale.ROOT).equals(WAIT);
    }

    private static String value(String preference) {
        int equals = preference.indexOf('=');
        String value = equals < 0 ? "" : preference.substring(equals + 1).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
