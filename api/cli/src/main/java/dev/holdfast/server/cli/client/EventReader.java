package dev.holdfast.server.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.StringJoiner;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads server-sent events from a body. Used by one thread. */
final class EventReader {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final BufferedReader lines;

    EventReader(InputStream body) {
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** Returns the next event; empty at the end. Skips comments, hints, and an event that was cut off. */
    Optional<ServerEvent> next() throws IOException {
        String type = "message";
        String id = "";
        StringJoiner data = new StringJoiner("\n");
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty() && data.length() > 0) {
                return Optional.of(new ServerEvent(type, id, json(data.toString())));
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).stripLeading();
            switch (field) {
                case "event" -> type = value;
                case "id" -> id = value;
                case "data" -> data.add(value);
                default -> {} // a comment or a hint
            }
        }
        return Optional.empty();
    }

    private static JsonNode json(String data) throws IOException {
        try {
            return MAPPER.readTree(data);
        } catch (JacksonException e) {
            throw new IOException("an event has no JSON", e);
        }
    }
}
