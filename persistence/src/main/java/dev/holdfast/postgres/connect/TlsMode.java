package dev.holdfast.postgres.connect;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The protection of a connection. Only {@link #DISABLE} sends plain text; the other modes never fall back to it. */
public enum TlsMode {
    /** Plain text. */
    DISABLE,
    /** TLS without checks: protects against eavesdropping, but not against a server that impersonates another one. */
    PREFER,
    /** TLS with a server whose certificate is signed by a trusted authority for its host. */
    REQUIRE,
    /** TLS with a server whose certificate is signed by one of the given authorities, for any host. */
    VERIFY_CA,
    /** As {@link #REQUIRE}, with the given authorities only. */
    VERIFY_FULL;

    /** Parses the value of a setting. Throws {@link IllegalArgumentException} that names the setting. */
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

    /** The value of a setting. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
