package dev.holdfast.server.routes;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.server.auth.ApiKeyText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON of an API key. {@code key}, the secret, is present only in the response to its creation, and {@code warning}
 * only in the response to the revocation of the last one.
 */
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
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String key,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String warning) {
    private static final String LAST = "no API key is left: a node on loopback accepts every request from its own"
            + " machine without a key now, and any other node rejects all requests, until a new key is created";

    static ApiKeyView of(ApiKey key) {
        return of(key, null, null);
    }

    static ApiKeyView revoked(ApiKey key, boolean isLast) {
        return of(key, null, isLast ? LAST : null);
    }

    public static ApiKeyView created(ApiKey key, ApiKeyText text) {
        return of(key, text.text(), null);
    }

    private static ApiKeyView of(ApiKey key, @Nullable String text, @Nullable String warning) {
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
                text,
                warning);
    }

    /** Omits the secret. */
    @Override
    public String toString() {
        return "ApiKeyView[" + prefix + "]";
    }
}
