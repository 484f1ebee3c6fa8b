package dev.holdfast.postgres.keys;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.postgres.audit.AuditContext;
import dev.holdfast.postgres.audit.AuditSql;
import dev.holdfast.postgres.audit.AuditTrail;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.jdbc.Outage;
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
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementContext;

/** The API keys in holdfast.api_key. Safe for all threads. */
final class ApiKeyTable implements ApiKeys {
    private static final int REVOKED_MAX = 100;

    private static final int ADMINISTRATION_MAX = 2;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Limits calls that change or list keys, so that they do not delay authentication. */
    private final Semaphore administration = new Semaphore(ADMINISTRATION_MAX);

    private final Jdbi jdbi;

    ApiKeyTable(Jdbi jdbi) {
        this.jdbi = jdbi.registerRowMapper(ApiKey.class, ApiKeyTable::key)
                .registerRowMapper(Active.class, ApiKeyTable::active);
    }

    private <T> T with(Function<Handle, T> statement) {
        return reporting(() -> jdbi.inTransaction(statement::apply));
    }

    /** Runs a change in a transaction, as durably as any commit. */
    private <T> T change(Function<Handle, T> statement) {
        return administer(() -> CommitConfirmation.transaction(jdbi, statement));
    }

    private <T> T administer(Supplier<T> call) {
        if (!administration.tryAcquire()) {
            throw new OverloadedException("too many requests about API keys at the same time", RETRY);
        }
        try {
            return reporting(call);
        } finally {
            administration.release();
        }
    }

    private static <T> T reporting(Supplier<T> call) {
        try {
            return call.get();
        } catch (JdbiException e) {
            throw new StoreUnavailableException(
                    "the API keys cannot be reached in the database: " + Outage.reason(e) + "; try again", e);
        }
    }

    @Override
    public Optional<ApiKey> create(Wanted wanted, ActionOptions options) {
        UUID id = UUID.randomUUID();
        Long seconds = wanted.expiresIn().map(Duration::toSeconds).orElse(null);
        String[] scopes = wanted.scopes().toArray(String[]::new);
        return change(tx -> {
            Optional<ApiKey> made = first(sql(tx).create(id, wanted, scopes, seconds, ACTIVE_MAX));
            ActionOptions audited = options.in(arguments(wanted, options.context()));
            AuditTrail.changed(tx, "CREATE_KEY", id.toString(), audited, made.isPresent());
            return made;
        });
    }

    @Override
    public List<Active> active() {
        return with(tx -> sql(tx).active());
    }

    @Override
    public List<ApiKey> list() {
        return administer(() -> jdbi.inTransaction(tx -> sql(tx).list(REVOKED_MAX)));
    }

    @Override
    public Optional<ApiKey> revoke(UUID id, ActionOptions options) {
        return change(tx -> {
            Optional<ApiKey> revoked = first(sql(tx).revoke(id));
            AuditTrail.changed(tx, "REVOKE_KEY", id.toString(), options, revoked.isPresent());
            return revoked;
        });
    }

    @Override
    public void touch(UUID id) {
        with(tx -> {
            sql(tx).touch(id);
            return true;
        });
    }

    @Override
    public void refused(Refused refused) {
        AuditContext context = AuditContext.of(refused.actor(), refused.reason(), refused.context());
        with(tx -> {
            tx.attach(AuditSql.class).refused(UUID.randomUUID(), "REFUSED", refused.target(), context);
            return true;
        });
    }

    private static ApiKeySql sql(Handle tx) {
        return tx.attach(ApiKeySql.class);
    }

    /** The wanted properties of a key, without its hash. */
    private static RequestContext arguments(Wanted wanted, RequestContext context) {
        RequestContext named = context.with("prefix", wanted.prefix())
                .with("name", wanted.name())
                .with("role", wanted.role());
        RequestContext scoped =
                wanted.scopes().isEmpty() ? named : named.with("scopes", String.join(" ", wanted.scopes()));
        return wanted.expiresIn()
                .map(time -> scoped.with("expiresIn", time.toString()))
                .orElse(scoped);
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
