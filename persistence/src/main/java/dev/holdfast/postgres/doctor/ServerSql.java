package dev.holdfast.postgres.doctor;

import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Statements on the server as a whole. */
interface ServerSql {
    /** Costs a round trip and nothing else. */
    @SqlQuery("select 1")
    int nothing();

    /**
     * How this session is encrypted.
     *
     * @param local whether it comes from the same machine
     */
    record Encryption(
            boolean ssl, @Nullable String version, @Nullable String cipher, boolean local) {}

    @SqlQuery("""
            select s.ssl, s.version, s.cipher,
                a.client_addr is null or a.client_addr << '127.0.0.0/8' or a.client_addr = '::1' as local
            from pg_catalog.pg_stat_ssl s join pg_catalog.pg_stat_activity a on a.pid = s.pid
            where s.pid = pg_catalog.pg_backend_pid()""")
    @RegisterConstructorMapper(Encryption.class)
    Optional<Encryption> encryption();

    /** Of the server, of a role, or of the database: as this session has it. */
    @SqlQuery("select pg_catalog.current_setting(:name)")
    String setting(@Bind("name") String name);

    @SqlQuery("select pg_catalog.clock_timestamp()")
    OffsetDateTime now();

    @SqlQuery("select pg_catalog.pg_is_in_recovery()")
    boolean isStandby();
}
