package dev.holdfast.postgres.read;

import dev.holdfast.postgres.audit.AuditContext;
import dev.holdfast.postgres.audit.AuditSql;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxMessage;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.customizer.BindMethods;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on holdfast.inbox and holdfast.audit: pending operator actions, and decisions. */
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

    /** The messages that arrived next, of all buckets, also those that cannot be decided now. */
    @SqlQuery("select i.* from holdfast.inbox_page(:buckets, :at, :id, :limit) i")
    @RegisterRowMapper(InboxRowMapper.class)
    List<InboxRow> page(
            @Bind("buckets") Integer[] buckets,
            @Bind("at") OffsetDateTime at,
            @Bind("id") UUID id,
            @Bind("limit") int limit);

    /** The messages to these workflows that could be decided now, in the order of arrival. */
    @SqlQuery("select i.* from holdfast.inbox_of(:buckets, :eras, :uids) i")
    @RegisterRowMapper(InboxMessageMapper.class)
    List<InboxMessage> of(@Bind("buckets") Integer[] buckets, @Bind("eras") Integer[] eras, @Bind("uids") UUID[] uids);

    /** The decisions on these actions, by the primary key. */
    @SqlQuery("""
            select a.id, a.outcome = 'APPLIED' as applied, a.status from holdfast.audit a
            where a.id = any (:ids) and a.decided""")
    @KeyColumn("id")
    @RegisterConstructorMapper(ActionResult.class)
    Map<UUID, ActionResult> results(@Bind("ids") UUID[] ids);

    /** Deletes decided actions that stayed because another session had locked them when they were decided. */
    @SqlUpdate("""
            delete from holdfast.inbox where (bucket, uid, id) in (
                select i.bucket, i.uid, i.id from holdfast.inbox i
                where exists (select from holdfast.audit a where a.id = i.id and a.decided)
                for update skip locked)""")
    int sweep();
}
