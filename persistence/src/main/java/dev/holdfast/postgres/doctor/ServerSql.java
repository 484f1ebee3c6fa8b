package dev.holdfast.postgres.doctor;

import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Statements on the server as a whole. */
interface ServerSql {
    /** Costs a round trip only, so that the caller can measure it. */
    @SqlQuery("select 1")
    int nothing();

    /**
     * The encryption of this session.
     *
     * @param local whether the session comes from the same machine
     */
    record Encryption(
            boolean ssl, @Nullable String version, @Nullable String cipher, boolean local) {}

    /** The encryption of this session; empty if this role cannot see it. */
    @SqlQuery("""
            select s.ssl, s.version, s.cipher,
                a.client_addr is null or a.client_addr << '127.0.0.0/8' or a.client_addr = '::1' as local
            from pg_catalog.pg_stat_ssl s join pg_catalog.pg_stat_activity a on a.pid = s.pid
            where s.pid = pg_catalog.pg_backend_pid()""")
    @RegisterConstructorMapper(Encryption.class)
    Optional<Encryption> encryption();

    /** The value of a setting in this session, whether the server, the role or the database sets it. */
    @SqlQuery("select pg_catalog.current_setting(:name)")
    String setting(@Bind("name") String name);

    /** The server's clock. */
    @SqlQuery("select pg_catalog.clock_timestamp()")
    OffsetDateTime now();

    /** Whether the server accepts no writes because it is a standby. */
    @SqlQuery("select pg_catalog.pg_is_in_recovery()")
    boolean isStandby();
}
