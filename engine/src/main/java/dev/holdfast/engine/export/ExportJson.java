package dev.holdfast.engine.export;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads and writes the lines of an exported history. A value stands in it as the JSON that it is, without its white
 * space; one that is no JSON, or has a negative zero, stands in it as base64. Stateless.
 */
final class ExportJson {
    private static final byte[] NOTHING = {};
    private static final String BASE64 = "Base64";

    /** Stored values are read whatever the length of their parts: their size was checked when they were written. */
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNumberLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private ExportJson() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Returns one line, without the line feed. */
    static byte[] line(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /** Reads one line. Throws {@link JacksonException} if it is no JSON. */
    static JsonNode parse(String line) {
        return MAPPER.readTree(line);
    }

    /** Adds a value under this name, or in another form under a name that says so; an empty one is left out. */
    static void put(ObjectNode object, String name, byte[] value) {
        if (value.length == 0) {
            return;
        }
        JsonNode plain = plain(value);
        if (plain == null) {
            object.put(name + BASE64, Base64.getEncoder().encodeToString(value));
        } else {
            object.set(name, plain);
        }
    }

    /** The value as JSON; null if it is none, or would not come back as it is. */
    private static @Nullable JsonNode plain(byte[] value) {
        try {
            return hasNegativeZero(value) ? null : MAPPER.readTree(value);
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Decimals, as which numbers are read, have none. */
    private static boolean hasNegativeZero(byte[] value) {
        try (JsonParser parser = MAPPER.createParser(value)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isNumeric()
                        && parser.getString().startsWith("-0")
                        && parser.getDecimalValue().signum() == 0) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Returns a value that {@link #put} has added; empty if there is none. Throws {@link IllegalArgumentException}. */
    static byte[] value(JsonNode object, String name) {
        JsonNode plain = object.get(name);
        if (plain != null) {
            return MAPPER.writeValueAsBytes(plain);
        }
        JsonNode encoded = object.get(name + BASE64);
        return encoded == null
                ? NOTHING
                : Base64.getDecoder().decode(encoded.asString().getBytes(StandardCharsets.US_ASCII));
    }
}
