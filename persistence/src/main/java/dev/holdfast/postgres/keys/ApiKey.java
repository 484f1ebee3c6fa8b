package dev.holdfast.postgres.keys;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A key for the HTTP API as stored, without its secret. Made by {@link ApiKeys}; immutable.
 *
 * @param prefix the visible part of the key, by which an operator recognises it
 * @param name the owner, for operators and for the audit log
 * @param role the rights of its holder
 * @param scopes name prefixes of the definitions that the key may use; empty for all
 * @param lastUsedAt to the minute
 */
public record ApiKey(
        UUID id,
        String prefix,
        String name,
        String role,
        List<String> scopes,
        Instant createdAt,
        String createdBy,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt,
        Optional<Instant> lastUsedAt) {
    /** Keeps its own copy of the scopes. */
    public ApiKey {
        scopes = List.copyOf(scopes);
    }
}
