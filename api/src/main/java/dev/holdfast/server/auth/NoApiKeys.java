package dev.holdfast.server.auth;

import dev.holdfast.InvalidInputException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.postgres.keys.ApiKeys;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Of a node in memory, which listens on loopback only: there are none, and none can be made. */
public final class NoApiKeys implements ApiKeys {
    @Override
    public Optional<ApiKey> create(Wanted wanted, ActionOptions options) {
        throw new InvalidInputException(
                "this node keeps everything in memory, where API keys would be lost: make them in a database");
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
        throw new IllegalStateException("there is no key here that could be used");
    }

    @Override
    public void refused(Refused refused) {
        // nothing here would keep it; the metric and the log have it
    }
}
