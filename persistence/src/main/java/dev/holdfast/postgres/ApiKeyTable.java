package dev.holdfast.postgres;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;

/** The keys in holdfast.api_key. Safe for all threads. */
final class ApiKeyTable implements ApiKeys {
    private static final int REVOKED_MAX = 100;

    private static final int ADMINISTRATION_MAX = 2;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Of those who change keys or list them. Who looks whether a key is good does not wait for them. */
    private final Semaphore connections = new Semaphore(ADMINISTRATION_MAX);

    private final Jdbi jdbi;

    ApiKeyTable(Jdbi jdbi) {
        this.jdbi = jdbi.registerRowMapper(ApiKey.class, ApiKeyTable::key)
                .registerRowMapper(Active.class, ApiKeyTable::active);
    }

    private <T> T with(Function<ApiKeySql, T> statement) {
        try {
            return jdbi.withExtension(ApiKeySql.class, statement::apply);
        } catch (JdbiException e) {
            throw new StoreUnavailableException(
                    "the API keys cannot be reached in the database: " + Outage.reason(e) + "; try again", e);
        }
    }

    private <T> T administer(Function<ApiKeySql, T> statement) {
        if (!connections.tryAcquire()) {
            throw new OverloadedException("too many requests about API keys at the same time", RETRY);
        }
        try {
            return with(statement);
        } finally {
            connections.release();
        }
    }

    @Override
    public Optional<ApiKey> create(Wanted wanted) {
        Long seconds = wanted.expiresIn().map(Duration::toSeconds).orElse(null);
        String[] scopes = wanted.scopes().toArray(String[]::new);
        return first(administer(sql -> sql.create(UUID.randomUUID(), wanted, scopes, seconds, ACTIVE_MAX)));
    }

    @Override
    public List<Active> active() {
        return with(ApiKeySql::active);
    }

    @Override
    public List<ApiKey> list() {
        return administer(sql -> sql.list(REVOKED_MAX));
    }

    @Override
    public Optional<ApiKey> revoke(UUID id) {
        return first(administer(sql -> sql.revoke(id)));
    }

    @Override
    public void touch(UUID id) {
        with(sql -> {
            sql.touch(id);
            return true;
        });
    }

    private static <T> Optional<T> first(List<T> rows) {
        return rows.stream().findFirst();
    }

    private static Active active(ResultSet row, StatementContext context) throws SQLException {
        return new Active(key(row, context), row.getString("hash"), row.getBoolean("expired"));
    }

    private static ApiKey key(ResultSet row, StatementContext context) throws SQLException {
        return new ApiKey(
                row.getObject("id", UUID.class),
                row.getString("prefix"),
                row.getString("name"),
                row.getString("role"),
                List.of((String[]) row.getArray("scopes").getArray()),
                time(row, "created_at").orElseThrow(),
                row.getString("created_by"),
                time(row, "expires_at"),
                time(row, "revoked_at"),
                time(row, "last_used_at"));
    }

    private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
