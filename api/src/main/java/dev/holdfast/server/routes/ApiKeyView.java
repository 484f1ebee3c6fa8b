package dev.holdfast.server.routes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.server.auth.ApiKeyText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON of an API key. {@code key}, the secret, is present only in the response to its creation. */
public record ApiKeyView(
        String id,
        String prefix,
        String name,
        String role,
        List<String> scopes,
        Instant createdAt,
        String createdBy,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String key) {

    static ApiKeyView of(ApiKey key) {
        return of(key, null);
    }

    public static ApiKeyView created(ApiKey key, ApiKeyText text) {
        return of(key, text.text());
    }

    private static ApiKeyView of(ApiKey key, @Nullable String text) {
        return new ApiKeyView(
                key.id().toString(),
                key.prefix(),
                key.name(),
                key.role(),
                key.scopes(),
                key.createdAt(),
                key.createdBy(),
                key.expiresAt().orElse(null),
                key.revokedAt().orElse(null),
                key.lastUsedAt().orElse(null),
                text);
    }

    /** Omits the secret. */
    @Override
    public String toString() {
        return "ApiKeyView[" + prefix + "]";
    }
}
