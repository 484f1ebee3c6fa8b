package dev.holdfast.postgres.connect;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much a connection is protected on its way. Each but the first is TLS or nothing. */
public enum TlsMode {
    /** Plain text. */
    DISABLE,
    /** TLS with whoever answers: nobody can listen, but somebody can pretend to be the server. */
    PREFER,
    /** TLS with a server whose certificate an authority has signed for its host. */
    REQUIRE,
    /** As above by the given authorities only, for whatever host. */
    VERIFY_CA,
    /** As {@link #REQUIRE}, by the given authorities only. */
    VERIFY_FULL;

    /** By the word that is used in settings. Throws {@link IllegalArgumentException}. */
    public static TlsMode of(String key, String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(key + " is none of " + all() + refused(text)));
    }

    private static String all() {
        return Arrays.stream(values()).map(TlsMode::toString).collect(Collectors.joining(", "));
    }

    private static String refused(String text) {
        return text.equals("allow") ? ": allow would send plain text to a server that wants it" : "";
    }

    boolean checksHost() {
        return this == REQUIRE || this == VERIFY_FULL;
    }

    boolean checksAuthority() {
        return checksHost() || this == VERIFY_CA;
    }

    /** The word that is used in settings. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
