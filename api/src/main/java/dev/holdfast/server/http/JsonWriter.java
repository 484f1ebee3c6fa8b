package dev.holdfast.server.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.json.JsonMapper;

/** Renders responses to bytes, so that each leaves in one write. Safe for all threads. */
public final class JsonWriter {
    static final String MEDIA_TYPE = "application/json";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private JsonWriter() {}

    public static byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** Appends a member whose value is JSON already. */
    public static byte[] bytes(Object object, String member, byte[] json) {
        byte[] start = bytes(object);
        ByteArrayOutputStream whole = new ByteArrayOutputStream(start.length + member.length() + json.length + 5);
        whole.write(start, 0, start.length - 1); // without the closing brace
        whole.writeBytes((",\"" + member + "\":").getBytes(StandardCharsets.UTF_8));
        whole.writeBytes(json);
        whole.write('}');
        return whole.toByteArray();
    }
}
