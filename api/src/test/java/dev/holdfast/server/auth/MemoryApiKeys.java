package dev.holdfast.server.auth;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.postgres.keys.ApiKeys;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** API keys in memory that can simulate an outage. Safe for all threads. */
public final class MemoryApiKeys implements ApiKeys {
    private final Map<UUID, Active> rows = Collections.synchronizedMap(new LinkedHashMap<>());
    /** The rejected requests. */
    final List<Refused> refused = new CopyOnWriteArrayList<>();

    final AtomicInteger looks = new AtomicInteger();
    volatile boolean away;

    private void requireThere() {
        if (away) {
            throw new StoreUnavailableException("the API keys cannot be reached in the database: gone", null);
        }
    }

    @Override
    public Optional<ApiKey> create(Wanted wanted, ActionOptions options) {
        requireThere();
        if (active().size() >= ACTIVE_MAX) {
            return Optional.empty();
        }
        Instant now = Instant.now();
        ApiKey key = new ApiKey(
                UUID.randomUUID(),
                wanted.prefix(),
                wanted.name(),
                wanted.role(),
                wanted.scopes(),
                now,
                wanted.createdBy(),
                wanted.expiresIn().map(now::plus),
                Optional.empty(),
                Optional.empty());
        rows.put(key.id(), new Active(key, wanted.hash(), false));
        return Optional.of(key);
    }

    /** Creates a key of this role; returns its text. */
    public ApiKeyText make(Role role, String... scopes) {
        ApiKeyText text = ApiKeyText.random();
        create(
                new NewApiKey(role + "-key", role, List.of(scopes), Optional.empty(), "for a test")
                        .wanted(text, "a test"),
                ActionOptions.because("a test"));
        return text;
    }

    /** Creates a key that the API rejects, but that SQL may have written into the database. */
    public String scopedAdmin(String scope) {
        ApiKeyText text = ApiKeyText.random();
        create(
                new Wanted(
                        text.prefix(),
                        text.hash(),
                        "scoped",
                        Role.ADMIN.name(),
                        List.of(scope),
                        "a test",
                        Optional.empty()),
                ActionOptions.because("a test"));
        return text.text();
    }

    /** Makes the key expire. */
    void expire(UUID id) {
        rows.computeIfPresent(id, (same, row) -> new Active(row.key(), row.hash(), true));
    }

    @Override
    public List<Active> active() {
        looks.incrementAndGet();
        requireThere();
        synchronized (rows) {
            return rows.values().stream()
                    .filter(row -> row.key().revokedAt().isEmpty())
                    .toList();
        }
    }

    @Override
    public List<ApiKey> list() {
        requireThere();
        synchronized (rows) {
            return rows.values().stream().map(Active::key).toList().reversed();
        }
    }

    @Override
    public Optional<ApiKey> revoke(UUID id, ActionOptions options) {
        requireThere();
        Instant now = Instant.now();
        return Optional.ofNullable(rows.computeIfPresent(
                        id,
                        (same, row) -> with(
                                row,
                                Optional.of(row.key().revokedAt().orElse(now)),
                                row.key().lastUsedAt())))
                .map(Active::key);
    }

    @Override
    public void touch(UUID id) {
        requireThere();
        rows.computeIfPresent(id, (same, row) -> with(row, row.key().revokedAt(), Optional.of(Instant.now())));
    }

    @Override
    public void refused(Refused one) {
        requireThere();
        refused.add(one);
    }

    private static Active with(Active row, Optional<Instant> revokedAt, Optional<Instant> lastUsedAt) {
        ApiKey key = row.key();
        return new Active(
                new ApiKey(
                        key.id(),
                        key.prefix(),
                        key.name(),
                        key.role(),
                        key.scopes(),
                        key.createdAt(),
                        key.createdBy(),
                        key.expiresAt(),
                        revokedAt,
                        lastUsedAt),
                row.hash(),
                row.expired());
    }
}
