package dev.holdfast.postgres.schema;

import java.time.Instant;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on holdfast.settings, and on the server as a whole. */
public interface SettingsSql {
    /** What is fixed for an installation. */
    record Settings(int buckets, long idSeed, long eraSeconds, Instant initialisedAt) {}

    /** Fails where a session of this role on this database would be less than durable. */
    @SqlQuery("select holdfast.require_durable()::text")
    String requireDurable();

    /** The first node to come fixes the settings; later ones read them. */
    @SqlUpdate("""
            insert into holdfast.settings (buckets, id_seed, era_seconds) values (:buckets, :seed, :era)
            on conflict do nothing""")
    void initialise(@Bind("buckets") int buckets, @Bind("seed") long seed, @Bind("era") long eraSeconds);

    /** One row for each bucket, owned by nobody; there for good. */
    @SqlUpdate("""
            insert into holdfast.bucket (bucket, epoch) select b, 0 from pg_catalog.generate_series(0, :buckets - 1) b
            where not exists (select from holdfast.bucket o where o.bucket = b) on conflict do nothing""")
    void addBuckets(@Bind("buckets") int buckets);

    @SqlQuery("select buckets, id_seed, era_seconds, initialised_at from holdfast.settings")
    @RegisterConstructorMapper(Settings.class)
    Settings settings();

    /** Whether the server answers at all. */
    @SqlQuery("select 1")
    int one();

    @SqlQuery("select pg_catalog.clock_timestamp()")
    Instant now();

    @SqlQuery("select holdfast.add_era(:era)")
    boolean addEra(@Bind("era") int era);
}
