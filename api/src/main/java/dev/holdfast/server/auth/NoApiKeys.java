package dev.holdfast.server.auth;

import dev.holdfast.InvalidInputException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.postgres.keys.ApiKeys;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The keys of a node with the memory store, which listens on loopback only: there are none, and none can be created.
 * Safe for all threads.
 */
public final class NoApiKeys implements ApiKeys {
    @Override
    public Optional<ApiKey> create(Wanted wanted, ActionOptions options) {
        throw new InvalidInputException(
                "this node has the memory store, which would lose API keys: create them on a node with a database");
    }

    @Override
    public List<Active> active() {
        return List.of();
    }

    @Override
    public List<ApiKey> list() {
        return List.of();
    }

    @Override
    public Optional<ApiKey> revoke(UUID id, ActionOptions options) {
        return Optional.empty();
    }

    @Override
    public void touch(UUID id) {
        throw new IllegalStateException("the memory store has no API keys, so none can be used");
    }

    @Override
    public void refused(Refused refused) {
        // nothing would keep it; the metric and the log have it
    }
}
