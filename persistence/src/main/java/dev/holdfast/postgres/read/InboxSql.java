package dev.holdfast.postgres.read;

import dev.holdfast.postgres.audit.AuditContext;
import dev.holdfast.postgres.audit.AuditSql;
import dev.holdfast.postgres.jdbc.ByteaArray;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxMessage;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on holdfast.inbox and holdfast.audit: pending messages, and decisions on operator actions. */
public interface InboxSql {
    /** Appends an action, once for each id. Does nothing if the action was requested before, decided or not. */
    @SqlUpdate("""
            with requested as (
                insert into holdfast.audit (id, decided,\s""" + AuditSql.COLUMNS + """
                ) values (:id, false,\s""" + AuditSql.VALUES + """
                ) on conflict do nothing returning id)
            insert into holdfast.inbox (id, uid, bucket, era, letter_seq, kind, target, actor, reason)
            select a.id, :uid, :bucket, :era, :letterSeq, :action, :target, :actor, :reason from requested a""")
    void append(
            @Bind("id") UUID id,
            @Bind("uid") UUID uid,
            @Bind("bucket") int bucket,
            @Bind("era") int era,
            @Bind("letterSeq") int letterSeq,
            @Bind("action") String action,
            @Bind("target") String target,
            @BindMethods AuditContext context);

    /**
     * Appends signals; the results are in the same order. {@code passHeld} passes over those whose id another session
     * holds; else the first of them fails the statement.
     */
    @SqlQuery("""
            select r.result
            from unnest(holdfast.send_signals(:passHeld, :ids, :buckets, :eras, :uids, :names, :payloads))
                with ordinality as r(result, place)
            order by r.place""")
    List<@Nullable String> send(
            @Bind("passHeld") boolean passHeld,
            @Bind("ids") UUID[] ids,
            @Bind("buckets") Integer[] buckets,
            @Bind("eras") Integer[] eras,
            @Bind("uids") UUID[] uids,
            @Bind("names") String[] names,
            @Bind("payloads") ByteaArray payloads);

    /** Those of these signals that are in the log. */
    @SqlQuery("""
            select s.id from unnest(:buckets::integer[], :eras::integer[], :uids::uuid[], :ids::uuid[])
                as s(bucket, era, uid, id)
            where holdfast.is_received(s.bucket, s.era, s.uid, s.id)""")
    Set<UUID> received(
            @Bind("buckets") Integer[] buckets,
            @Bind("eras") Integer[] eras,
            @Bind("uids") UUID[] uids,
            @Bind("ids") UUID[] ids);

    /** The messages that arrived next, of all buckets, also those that cannot be applied now. */
    @SqlQuery("""
            select (i.message).*, i.read_at, i.decidable, i.is_last
            from holdfast.inbox_page(:buckets, :at, :id, :limit, :bytesMax) i""")
    @RegisterRowMapper(InboxRowMapper.class)
    List<InboxRow> page(
            @Bind("buckets") Integer[] buckets,
            @Bind("at") OffsetDateTime at,
            @Bind("id") UUID id,
            @Bind("limit") int limit,
            @Bind("bytesMax") long bytesMax);

    /** Messages to these workflows that could be applied now, in the order of arrival. */
    @SqlQuery("select i.* from holdfast.inbox_of(:buckets, :eras, :uids, :limit, :bytesMax) i")
    @RegisterRowMapper(InboxMessageMapper.class)
    List<InboxMessage> of(
            @Bind("buckets") Integer[] buckets,
            @Bind("eras") Integer[] eras,
            @Bind("uids") UUID[] uids,
            @Bind("limit") int limit,
            @Bind("bytesMax") long bytesMax);

    /** The decisions on these actions, by the primary key. */
    @SqlQuery("""
            select a.id, a.outcome = 'APPLIED' as applied, a.status from holdfast.audit a
            where a.id = any (:ids) and a.decided""")
    @KeyColumn("id")
    @RegisterConstructorMapper(ActionResult.class)
    Map<UUID, ActionResult> results(@Bind("ids") UUID[] ids);

    /** Deletes applied messages that stayed because another session had locked them when they were applied. */
    @SqlUpdate("""
            delete from holdfast.inbox where (bucket, uid, id) in (
                select i.bucket, i.uid, i.id from holdfast.inbox i
                where holdfast.is_applied(i)
                for update skip locked)""")
    int sweep();
}
