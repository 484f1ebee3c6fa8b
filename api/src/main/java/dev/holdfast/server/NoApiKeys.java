package dev.holdfast.server;

import dev.holdfast.Decision;
import dev.holdfast.InvalidInputException;
import dev.holdfast.postgres.ApiKey;
import dev.holdfast.postgres.ApiKeys;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Of a node in memory, which listens on loopback only: there are none, and none can be made. */
final class NoApiKeys implements ApiKeys {
    @Override
    public Optional<ApiKey> create(Wanted wanted, Decision decision) {
        throw new InvalidInputException(
                null, "this node keeps everything in memory, where API keys would be lost: make them in a database");
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
    public Optional<ApiKey> revoke(UUID id, Decision decision) {
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
