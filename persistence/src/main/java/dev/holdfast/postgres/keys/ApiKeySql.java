package dev.holdfast.postgres.keys;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on holdfast.api_key. */
interface ApiKeySql {
    String COLUMNS = "id, prefix, name, role, scopes, created_at, created_by, expires_at, revoked_at, last_used_at";

    /** Adds a key if the limit allows; two calls at the same time may exceed it by one, which does no harm. */
    @SqlQuery("""
            insert into holdfast.api_key (id, prefix, hash, name, role, scopes, created_by, expires_at)
            select :id, :prefix, pg_catalog.decode(:hash, 'hex'), :name, :role, :scopes, :createdBy,
                pg_catalog.clock_timestamp() + cast(:expiresInSeconds as bigint) * interval '1 second'
            where (select count(*) from holdfast.api_key where revoked_at is null) < :activeMax
            returning\s""" + COLUMNS)
    List<ApiKey> create(
            @Bind("id") UUID id,
            @BindMethods ApiKeys.Wanted wanted,
            @Bind("scopes") String[] scopes,
            @Bind("expiresInSeconds") @Nullable Long expiresInSeconds,
            @Bind("activeMax") int activeMax);

    /** The keys that are not revoked, for authentication; the database's clock decides which have expired. */
    @SqlQuery("select " + COLUMNS + """
            , pg_catalog.encode(hash, 'hex') as hash,
                coalesce(expires_at <= pg_catalog.clock_timestamp(), false) as expired
            from holdfast.api_key where revoked_at is null""")
    List<ApiKeys.Active> active();

    /** The keys for operators. Revoked keys are kept for ever, so only the newest of them are listed. */
    @SqlQuery("select " + COLUMNS + """
             from holdfast.api_key where revoked_at is null or id in (
                select id from holdfast.api_key where revoked_at is not null order by revoked_at desc limit :revokedMax)
            order by created_at desc, id""")
    List<ApiKey> list(@Bind("revokedMax") int revokedMax);

    /** Revokes a key; the time of the first revocation stays. */
    @SqlQuery("""
            update holdfast.api_key set revoked_at = coalesce(revoked_at, pg_catalog.clock_timestamp())
            where id = :id returning\s""" + COLUMNS)
    List<ApiKey> revoke(@Bind("id") UUID id);

    /** Stores the time of a use of the key. Skips a locked row, because the next use is stored too. */
    @SqlUpdate("""
            update holdfast.api_key set last_used_at = pg_catalog.clock_timestamp() where id in (
                select id from holdfast.api_key where id = :id and revoked_at is null
                    and (last_used_at is null or last_used_at < pg_catalog.clock_timestamp() - interval '1 minute')
                for update skip locked)""")
    void touch(@Bind("id") UUID id);
}
