package dev.holdfast.postgres.jdbc;

import dev.holdfast.admin.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Converts the few values that are stored as JSON text. Safe for all threads. */
public final class DatabaseJson {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private DatabaseJson() {}

    /** Labels as JSON; null if there are none. */
    public static @Nullable String labels(Map<String, String> labels) {
        return labels.isEmpty() ? null : write(labels);
    }

    public static Map<String, String> readLabels(@Nullable String labels) {
        Map<String, String> read = new LinkedHashMap<>();
        if (labels != null) {
            MAPPER.readTree(labels)
                    .properties()
                    .forEach(label -> read.put(label.getKey(), label.getValue().asString()));
        }
        return read;
    }

    public static String write(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    public static Failure readFailure(byte[] stored) {
        try {
            return MAPPER.readValue(stored, Failure.class);
        } catch (JacksonException e) {
            return Failure.of(e);
        }
    }
}
