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
     * {@link #active}, {@link #touch} and {@link #refused} as often as they are called, two for the others together.
     */
    static ApiKeys in(PostgresConfig config) {
        return new ApiKeyTable(
                JdbiFactory.on(new Connector(config.database().orElseThrow(), config.nodeName()).forKeys()));
    }

    /**
     * A request that was not let in.
     *
     * @param actor the name of its key, or what stands for none
     * @param target what it asked for
     */
    record Refused(String actor, String target, String reason, RequestContext context) {}

    /**
     * Empty where there are {@link #ACTIVE_MAX} already. The audit says who made it and why, in the same transaction.
     */
    Optional<ApiKey> create(Wanted wanted, ActionOptions options);

    /** All that are not revoked. */
    List<Active> active();

    /** Those that are not revoked, and the last 100 that are; newest first. */
    List<ApiKey> list();

    /** The key as it is then, revoked before or not; empty where there is none with this id. Audited as above. */
    Optional<ApiKey> revoke(UUID id, ActionOptions options);

    /** Notes that it was used now. Does not wait for anybody, and writes at most once a minute. */
    void touch(UUID id);

    /** Adds to the audit that nobody was let in. Nothing bounds how often: whoever calls this does. */
    void refused(Refused refused);
}
