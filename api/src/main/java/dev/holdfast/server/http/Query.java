package dev.holdfast.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parsed query of a request. Strict: unknown, repeated and badly encoded parameters are rejected, so that none is
 * ignored by mistake. Immutable.
 */
public final class Query {
    private static final String LABEL = "label.";

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /** Throws {@link ProblemException} that names the first invalid parameter. */
    public static Query parse(String raw, Set<String> known, Set<String> notBuilt) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            requireKnown(name, known, notBuilt);
            if (values.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw RequestValues.invalid(name, "it is present twice: expected once");
            }
        }
        return new Query(values);
    }

    private static void requireKnown(String name, Set<String> known, Set<String> notBuilt) {
        if (notBuilt.contains(name)) {
            throw new ProblemException(
                    new Problem(ProblemCode.NOT_BUILT_YET, "Parameter \"" + name + "\" is planned, but not built yet.")
                            .field(name));
        }
        boolean label = name.startsWith(LABEL) && known.contains(LABEL);
        if (!label && !(known.contains(name) && !name.equals(LABEL))) {
            throw new ProblemException(new Problem(
                            ProblemCode.UNKNOWN_PARAMETER,
                            "This path has no parameter \"" + RequestValues.abbreviated(name) + "\".")
                    .field(RequestValues.abbreviated(name)));
        }
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** The parameter {@code wait}, in whole seconds; zero without it. */
    public Duration waitUpTo(Duration max) {
        return text("wait").map(text -> RequestValues.wait("wait", text, max)).orElse(Duration.ZERO);
    }

    /** The labels by name. */
    public Map<String, String> labels() {
        Map<String, String> labels = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (name.startsWith(LABEL)) {
                labels.put(name.substring(LABEL.length()), value);
            }
        });
        return labels;
    }

    private static String decode(String encoded) {
        if (encoded.indexOf('%') < 0) {
            return encoded.replace('+', ' ');
        }
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.put(RequestValues.percent(encoded, i));
                i += 2;
            } else {
                bytes.put((byte) (c == '+' ? ' ' : c));
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw RequestValues.malformed("The percent-encoded query is not valid UTF-8.");
        }
    }
}
