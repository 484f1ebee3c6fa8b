package dev.holdfast.postgres.schema;

import java.time.Instant;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on holdfast.settings and on the server as a whole. */
public interface SettingsSql {
    /** The settings that are fixed for an installation. */
    record Settings(int buckets, long idSeed, long eraSeconds, Instant initialisedAt, byte[] callbackSecret) {}

    /** Fails if the sessions of this role on this database are read-only or not at read committed. */
    @SqlQuery("select holdfast.require_durable()::text")
    String requireDurable();

    /** Fixes the settings; does nothing if a node did so before. */
    @SqlUpdate("""
            insert into holdfast.settings (buckets, id_seed, era_seconds) values (:buckets, :seed, :era)
            on conflict do nothing""")
    void initialise(@Bind("buckets") int buckets, @Bind("seed") long seed, @Bind("era") long eraSeconds);

    /** Adds a row without an owner for each bucket that has none, so that every bucket has a newest epoch. */
    @SqlUpdate("""
            insert into holdfast.bucket (bucket, epoch) select b, 0 from pg_catalog.generate_series(0, :buckets - 1) b
            where not exists (select from holdfast.bucket o where o.bucket = b) on conflict do nothing""")
    void addBuckets(@Bind("buckets") int buckets);

    /** The settings, in the transaction that may have fixed them. */
    @SqlQuery("select buckets, id_seed, era_seconds, initialised_at, callback_secret from holdfast.settings")
    @RegisterConstructorMapper(Settings.class)
    Settings settings();

    /** Checks that the server answers. */
    @SqlQuery("select 1")
    int one();

    /** The server's clock, which all nodes use. */
    @SqlQuery("select pg_catalog.clock_timestamp()")
    Instant now();

    /** Creates the tables of an era; false if they exist. */
    @SqlQuery("select holdfast.add_era(:era)")
    boolean addEra(@Bind("era") int era);
}
