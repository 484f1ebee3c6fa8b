package dev.holdfast.engine.export;

import dev.holdfast.spi.Position;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The members of one JSON object of an exported history. A wrong one throws {@link IllegalArgumentException}. */
record Members(JsonNode object) {
    private JsonNode require(String name, String expected, boolean fits) {
        JsonNode found = object.get(name);
        if (found == null || !fits) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is " + (found == null ? "missing" : found) + ": expected " + expected);
        }
        return found;
    }

    String text(String name) {
        return require(name, "a text", object.path(name).isString()).stringValue();
    }

    int number(String name) {
        return require(name, "a whole number", object.path(name).canConvertToInt())
                .intValue();
    }

    boolean flag(String name) {
        return require(name, "true or false", object.path(name).isBoolean()).booleanValue();
    }

    Instant time(String name) {
        return Instant.parse(text(name));
    }

    UUID uuid(String name) {
        return UUID.fromString(text(name));
    }

    @Nullable
    String textOrNull(String name) {
        return has(name) ? text(name) : null;
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    Position position() {
        return new Position(text("branch"), number("index"));
    }

    @Nullable
    Position positionOrNull() {
        return has("index") ? position() : null;
    }

    byte[] value(String name) {
        return ExportJson.value(object, name);
    }

    Members member(String name) {
        return new Members(require(name, "an object", object.path(name).isObject()));
    }

    <E extends Enum<E>> E one(String name, E[] known) {
        String text = text(name);
        return Arrays.stream(known)
                .filter(one -> one.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is \"" + text
                        + "\": expected one of " + Arrays.toString(known)
                        + "; a newer Holdfast may have written it, so use its test kit"));
    }
}
