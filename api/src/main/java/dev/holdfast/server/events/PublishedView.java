package dev.holdfast.server.events;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.holdfast.admin.PublishedValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** JSON of a published value. */
public record PublishedView(String name, @JsonRawValue String value, Instant at) {
    public static PublishedView of(PublishedValue published) {
        return new PublishedView(
                published.name(), new String(published.value(), StandardCharsets.UTF_8), published.at());
    }
}
