package dev.holdfast.postgres;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.postgres.connect.Connector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The keys of an installation. For whoever answers requests; safe for all threads. The engine knows nothing of them.
 * Every method throws {@link StoreUnavailableException} where the database does not answer: nobody knows then who may
 * do what.
 */
public interface ApiKeys {
    /** How many there can be that are not revoked; all of them are looked at together. */
    int ACTIVE_MAX = 1_000;

    /**
     * What makes a key.
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
     * A key that is not revoked, with what it takes to know it again.
     *
     * @param expired by the clock of the database
     */
    record Active(ApiKey key, String hash, boolean expired) {}

    /**
     * In the database of these settings, whose schema is there. Opens a connection for each call: one each for
     * {@link #active} and {@link #touch} as often as they are called, two for the others together.
     */
    static ApiKeys in(PostgresConfig config) {
        return new ApiKeyTable(Sql.on(new Connector(config.database().orElseThrow(), config.nodeName()).forKeys()));
    }

    /** Empty where there are {@link #ACTIVE_MAX} already. */
    Optional<ApiKey> create(Wanted wanted);

    /** All that are not revoked. */
    List<Active> active();

    /** Those that are not revoked, and the last 100 that are; newest first. */
    List<ApiKey> list();

    /** The key as it is then, revoked before or not; empty where there is none with this id. */
    Optional<ApiKey> revoke(UUID id);

    /** Notes that it was used now. Does not wait for anybody, and writes at most once a minute. */
    void touch(UUID id);
}
