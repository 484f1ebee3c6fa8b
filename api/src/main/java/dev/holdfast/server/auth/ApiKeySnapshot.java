package dev.holdfast.server.auth;

import dev.holdfast.postgres.keys.ApiKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * All API keys, as one query of the database returned them. Immutable.
 *
 * @param at when the query began, in nanoseconds of {@link System#nanoTime}
 * @param configured whether there are any keys, expired ones included
 */
record ApiKeySnapshot(long at, boolean configured, Map<String, UsableKey> byPrefix) {
    /** A key that is valid and has a role that this build knows. */
    record UsableKey(ApiKeys.Active active, Role role) {}

    static ApiKeySnapshot of(long at, List<ApiKeys.Active> keys) {
        Map<String, UsableKey> byPrefix = keys.stream()
                .filter(key -> !key.expired())
                .flatMap(key -> Role.of(key.key().role()) // skips roles of newer builds
                        .map(role -> new UsableKey(key, role))
                        .stream())
                .collect(Collectors.toUnmodifiableMap(
                        usable -> usable.active().key().prefix(), usable -> usable));
        return new ApiKeySnapshot(at, !keys.isEmpty(), byPrefix);
    }

    /** The key with exactly this text. */
    Optional<UsableKey> find(String text) {
        return ApiKeyText.parse(text)
                .flatMap(given -> Optional.ofNullable(byPrefix.get(given.prefix()))
                        .filter(usable -> given.matches(usable.active().hash())));
    }
}
