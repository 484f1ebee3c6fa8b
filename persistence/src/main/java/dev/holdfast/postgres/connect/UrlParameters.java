package dev.holdfast.postgres.connect;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postgresql.PGProperty;

/** The parameters of a database URL. Few are known, and each may occur once. Immutable. */
record UrlParameters(Map<String, String> values) {
    /*
     * A list of allowed parameters, not of forbidden ones: the driver has parameters that load classes, write files and
     * replace its checks, and new versions add more.
     */
    private static final Map<String, Optional<Set<String>>> KNOWN = Map.of(
            "user", Optional.empty(),
            "password", Optional.empty(),
            "sslmode", Optional.empty(),
            "targetServerType", Optional.of(Set.of("primary")),
            "channelBinding", Optional.of(new TreeSet<>(Set.of("disable", "prefer", "require"))));

    UrlParameters {
        values = Map.copyOf(values);
    }

    /** Parses a query; with {@code jdbc} a plus sign is a blank. */
    static UrlParameters of(String query, boolean jdbc) {
        UrlParameters found = new UrlParameters(Map.of());
        for (String one : query.isEmpty() ? new String[0] : query.split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw refused("has a parameter without a name or a value: write & in a password as %26");
            }
            found = found.with(decoded(one.substring(0, equals), jdbc), decoded(one.substring(equals + 1), jdbc));
        }
        return found;
    }

    UrlParameters with(String name, String value) {
        if (name.equalsIgnoreCase("options")) {
            throw refused("has the parameter options, which could change the settings of our sessions: use"
                    + " settings such as search-path and statement-timeout");
        }
        if (!KNOWN.containsKey(name)) {
            throw refused("has " + shown(name) + ", which is not accepted: expected user, password, sslmode,"
                    + " targetServerType or channelBinding; use settings for the rest");
        }
        if (values.containsKey(name)) {
            throw refused("has the parameter " + name + " twice");
        }
        KNOWN.get(name).filter(allowed -> !allowed.contains(value)).ifPresent(allowed -> {
            throw refused("has a parameter " + name + " whose value is none of " + allowed);
        });
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new UrlParameters(more);
    }

    /** The parameter for an error. Hides an unknown name after a password, because it may be part of the password. */
    private String shown(String name) {
        return PGProperty.forName(name) != null || !values.containsKey("password") && name.matches("[A-Za-z_.-]{1,40}")
                ? "the parameter " + name
                : "a parameter that is unknown";
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isEmpty());
    }

    static String decoded(String text, boolean jdbc) {
        try {
            return URLDecoder.decode(jdbc ? text : text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("has a % without two hexadecimal digits after it: write % itself as %25");
        }
    }

    private static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException("database-url " + what);
    }
}
