package dev.holdfast.server.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Settings as text with kebab-case keys. Commands create it from the environment; values are parsed on read. An invalid
 * value throws {@link IllegalArgumentException} that names the key. Immutable.
 */
public record Settings(Map<String, String> values) {
    private static final String PREFIX = "HOLDFAST_";
    /** The letters by which a name that was meant may differ. */
    private static final int TYPOS_MAX = 3;

    /** Variables of the launcher and of tests, not of a node. */
    private static final Set<String> FOREIGN = Set.of("java-opts", "test-database-url");

    public Settings {
        values = Map.copyOf(values);
    }

    /** Reads the environment: {@code HOLDFAST_BODY_MAX_BYTES} is the setting {@code body-max-bytes}. */
    public static Settings of(Map<String, String> environment) {
        Map<String, String> found = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                found.put(key(name), value);
            }
        });
        found.keySet().removeAll(FOREIGN);
        return new Settings(found);
    }

    /** The variable of a setting. */
    public static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String key(String variable) {
        return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Rejects unknown keys, so that a start fails on a typing error. */
    public void requireOnly(Set<String> known) {
        if (text("port").filter(Settings::isServiceLink).isPresent()) {
            throw new IllegalArgumentException(variable("port") + " is \"" + values.get("port")
                    + "\", as Kubernetes sets it for a Service that is named holdfast:"
                    + " set enableServiceLinks: false in the pod, or give the Service another name");
        }
        TreeSet<String> unknown = new TreeSet<>(values.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            String nearest = known.stream()
                    .min(Comparator.comparingInt(key -> Spelling.distance(key, unknown.first())))
                    .orElse("");
            throw new IllegalArgumentException(variable(unknown.first()) + " is not a setting; "
                    + (Spelling.distance(nearest, unknown.first()) <= TYPOS_MAX
                            ? "did you mean " + variable(nearest) + "?"
                            : "expected one of "
                                    + known.stream()
                                            .map(Settings::variable)
                                            .sorted()
                                            .toList()));
        }
    }

    /** Whether Kubernetes set the value, as the address of a Service. */
    public static boolean isServiceLink(String value) {
        return value.startsWith("tcp://");
    }

    /** The text of a setting, if set. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(values.get(key));
    }

    int number(String key, int fallback) {
        return text(key)
                .map(value -> parse(key, value, "a whole number", Integer::parseInt))
                .orElse(fallback);
    }

    /** The value of a switch; false if not set. */
    boolean flag(String key) {
        String value = text(key).orElse("false");
        if (!Set.of("true", "false").contains(value)) {
            throw new IllegalArgumentException(key + " is \"" + value + "\": expected true or false");
        }
        return value.equals("true");
    }

    Duration duration(String key, Duration fallback) {
        return text(key)
                .map(value -> parse(key, value, "a duration such as 5s, 500ms or PT5S", Settings::duration))
                .orElse(fallback);
    }

    /**
     * {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}, {@code 1d}, or ISO-8601. Throws
     * {@link DateTimeParseException}.
     */
    public static Duration duration(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.endsWith("ms")) {
            return Duration.parse("PT0S").plusMillis(Long.parseLong(lower.substring(0, lower.length() - 2)));
        }
        return Duration.parse(lower.startsWith("p") ? lower : lower.endsWith("d") ? "p" + lower : "pt" + lower);
    }

    private static <T> T parse(String key, String value, String expected, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new IllegalArgumentException(key + " is \"" + value + "\": expected " + expected, e);
        }
    }
}
