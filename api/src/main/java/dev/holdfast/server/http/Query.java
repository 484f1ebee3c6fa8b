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
 * The query of a request, read strictly: a parameter that is not known, comes twice, or is badly encoded is refused, so
 * that none is ignored by mistake.
 */
public final class Query {
    private static final String LABEL = "label.";

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /** Throws {@link ProblemException} naming the first parameter that is wrong. */
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
                throw RequestValues.invalid(name, "it comes twice, expected once");
            }
        }
        return new Query(values);
    }

    private static void requireKnown(String name, Set<String> known, Set<String> notBuilt) {
        if (notBuilt.contains(name)) {
            throw new ProblemException(
                    new Problem(ProblemCode.NOT_BUILT_YET, "Parameter \"" + name + "\" is not built yet.").field(name));
        }
        boolean label = name.startsWith(LABEL) && known.contains(LABEL);
        if (!label && !(known.contains(name) && !name.equals(LABEL))) {
            throw new ProblemException(new Problem(
                            ProblemCode.UNKNOWN_PARAMETER,
                            "There is no parameter \"" + RequestValues.shown(name) + "\" here.")
                    .field(RequestValues.shown(name)));
        }
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** How long to wait by {@code wait}, in whole seconds; not at all without it. */
    public Duration waitUpTo(Duration most) {
        return text("wait").map(text -> RequestValues.wait("wait", text, most)).orElse(Duration.ZERO);
    }

    /** The labels, by their names. */
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
            throw RequestValues.malformed("Its query is not UTF-8 where it is percent-encoded.");
        }
    }
}
