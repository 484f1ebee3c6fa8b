package dev.holdfast.postgres.keys;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The API keys of an installation. Used by the HTTP server; the engine does not know them. Safe for all threads. Every
 * method throws {@link StoreUnavailableException} if the database does not answer; requests cannot be authenticated
 * then.
 */
public interface ApiKeys {
    /** The limit of keys that are not revoked; all of them are read at once. */
    int ACTIVE_MAX = 1_000;

    /**
     * The properties of a new key.
     *
     * @param hash SHA-256 of the whole key, in hexadecimal digits
     * @param expiresIn counted by the clock of the database
     */
    record Wanted(
            String prefix,
            String hash,
            String name,
            String role,
            List<String> scopes,
            String createdBy,
            Optional<Duration> expiresIn) {}

    /**
     * A key that is not revoked, with the hash that identifies it.
     *
     * @param expired by the clock of the database
     */
    record Active(ApiKey key, String hash, boolean expired) {}

    /**
     * The keys in the database of these settings, whose schema must exist. Each call opens a connection. The methods
     * that change or list keys use at most two at a time; {@link #active}, {@link #touch} and {@link #refused} have no
     * limit.
     */
    static ApiKeys in(PostgresConfig config) {
        return new ApiKeyTable(
                JdbiFactory.on(new Connector(config.database().orElseThrow(), config.nodeName()).forKeys()));
    }

    /**
     * The keys in the database of this DataSource, whose schema must exist. Each call borrows a connection, and waits
     * for it as long as the DataSource lets it.
     */
    static ApiKeys in(DataSource dataSource) {
        return new ApiKeyTable(JdbiFactory.on(dataSource));
    }

    /**
     * A request that was rejected.
     *
     * @param actor the name of its key, or the placeholder for a request without one
     * @param target the path that it requested
     */
    record Refused(String actor, String target, String reason, RequestContext context) {}

    /**
     * Creates a key; empty if there are {@link #ACTIVE_MAX} already. Actor and reason are written to the audit log in
     * the same transaction.
     */
    Optional<ApiKey> create(Wanted wanted, ActionOptions options);

    /** All keys that are not revoked. */
    List<Active> active();

    /** All keys that are not revoked and the last 100 that are, newest first. */
    List<ApiKey> list();

    /**
     * Revokes a key and returns it; one that was revoked before keeps its time. Empty if there is none with this id.
     * Audited as a creation is.
     */
    Optional<ApiKey> revoke(UUID id, ActionOptions options);

    /** Stores that a key was used now. Waits for no row lock, and writes at most once a minute for each key. */
    void touch(UUID id);

    /** Adds a rejected request to the audit log. The caller must limit the rate. */
    void refused(Refused refused);
}
