package dev.holdfast.server.auth;

import dev.holdfast.postgres.keys.ApiKeys;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The keys as one look at the database has found them. Immutable.
 *
 * @param at when the look began, in nanoseconds of the node's own clock
 * @param configured whether there are any, also such as nobody can use any more
 */
record ApiKeySnapshot(long at, boolean configured, Map<String, Held> byPrefix) {
    /** A key that can be used. */
    record Held(ApiKeys.Active key, Role role) {}

    static ApiKeySnapshot of(long at, List<ApiKeys.Active> keys) {
        Map<String, Held> usable = keys.stream()
                .filter(key -> !key.expired())
                .flatMap(key -> Role.of(key.key().role()) // one of a newer build is of no use here
                        .map(role -> new Held(key, role))
                        .stream())
                .collect(Collectors.toUnmodifiableMap(held -> held.key().key().prefix(), held -> held));
        return new ApiKeySnapshot(at, !keys.isEmpty(), usable);
    }

    /** The key with exactly this text. */
    Optional<Held> find(String text) {
        return ApiKeyText.parse(text)
                .flatMap(given -> Optional.ofNullable(byPrefix.get(given.prefix()))
                        .filter(held -> given.has(held.key().hash())));
    }
}
