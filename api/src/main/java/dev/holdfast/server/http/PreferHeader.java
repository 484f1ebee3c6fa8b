package dev.holdfast.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.time.Duration;
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
                .flatMap(line -> List.of(line.split(",", -1)).stream())
                .map(String::strip)
                .filter(PreferHeader::isWait)
                .findFirst()
                .map(preference -> RequestValues.wait("Prefer", value(preference), max));
    }

    private static boolean isWait(String preference) {
        String name = preference.split("[=;]", 2)[0].strip();
        return name.toLowerCase(Locale.ROOT).equals(WAIT);
    }

    private static String value(String preference) {
        int equals = preference.indexOf('=');
        return equals < 0 ? "" : preference.substring(equals + 1).strip();
    }
}
