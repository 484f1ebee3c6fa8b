package dev.holdfast.postgres.read;

import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Lists workflows, newest first. A page begins below the last uid of the page before; uids are ordered by time. Each
 * kind of filter starts from the smallest table that has its columns. Open workflows are read from
 * holdfast.open_workflow, failed and cancelled ones from holdfast.ended, others era by era from holdfast.workflow,
 * where each bucket is read backwards by the primary key.
 */
public final class WorkflowListing {
    private static final Set<WorkflowStatus> ENDED_BADLY = EnumSet.of(WorkflowStatus.FAILED, WorkflowStatus.CANCELLED);

    private static final String CONDITIONS = """
             and (cast(:below as uuid) is null or w.uid < :below) and (cast(:from as uuid) is null or w.uid >= :from)
            and (cast(:type as text) is null or w.definition = :type)
            and (cast(:labels as jsonb) is null or w.labels @> cast(:labels as jsonb))
            """;

    private static final String OPEN =
            """
            select k.bucket, k.era, k.uid from holdfast.open_workflow k
            """ + WorkflowKeys.WORKFLOW + """
            where k.status = any (:statuses)""" + CONDITIONS + "order by k.uid desc limit :limit";

    private static final String ENDED = """
            select k.bucket, coalesce((select pg_catalog.min(h.accepted_era) from holdfast.home h
                where h.bucket = k.bucket and h.uid = k.uid), k.era) as era, k.uid
            from holdfast.ended k
            """ + WorkflowKeys.HOME + """
            join holdfast.workflow w on w.bucket = k.bucket and w.uid = k.uid and w.era = k.era
            where k.era = home.era
                and k.status = any (:statuses)""" + CONDITIONS + "order by k.uid desc limit :limit";

    private static final String STATUS = """
            left join holdfast.open_workflow o on o.uid = w.uid and o.bucket = w.bucket
            left join holdfast.ended e on e.bucket = w.bucket and e.uid = w.uid and e.era = w.era
            where (:every or coalesce(e.status, o.status, 'COMPLETED') = any (:statuses))""" + CONDITIONS;

    /**
     * The workflows that were accepted in an era: those that are still in it, and those that were copied to a later
     * one.
     */
    private static final String ALL = """
            (select w.bucket, cast(:era as integer) as era, w.uid
            from pg_catalog.generate_series(0, :buckets - 1) as b(bucket) cross join lateral (
                select w.bucket, w.uid from holdfast.workflow w
            """ + STATUS + """
                    and w.bucket = b.bucket and w.era = :era
                    and not exists (select from holdfast.home h where h.bucket = w.bucket and h.uid = w.uid)
                order by w.uid desc limit :limit) w
            order by w.uid desc limit :limit)
            union all
            (select w.bucket, :era, w.uid
            from (select h.bucket, h.uid, pg_catalog.max(h.era) as era from holdfast.home h
                where h.accepted_era = :era group by h.bucket, h.uid) k
            join holdfast.workflow w on w.bucket = k.bucket and w.uid = k.uid and w.era = k.era
            """ + STATUS + """
            order by w.uid desc limit :limit)
            order by uid desc limit :limit""";

    private final Jdbi jdbi;
    private final SummaryReader summaries;
    private final Installation installation;

    public WorkflowListing(Jdbi jdbi, SummaryReader summaries, Installation installation) {
        this.jdbi = jdbi;
        this.summaries = summaries;
        this.installation = installation;
    }

    public Page<WorkflowSummary> page(WorkflowFilter filter, Instant now) {
        List<WorkflowKey> found = jdbi.withHandle(handle -> keys(handle, filter, filter.limit() + 1, now));
        Page<WorkflowKey> keys = Page.of(found, filter.limit(), key -> key.uid().toString());
        List<WorkflowSummary> items = summaries.of(keys.items()).stream()
                .filter(item -> filter.statuses().isEmpty() || filter.statuses().contains(item.status()))
                .toList(); // an open row may be older than its log
        return new Page<>(items, keys.next());
    }

    private List<WorkflowKey> keys(Handle handle, WorkflowFilter filter, int wanted, Instant now) {
        Set<WorkflowStatus> statuses = filter.statuses();
        if (!statuses.isEmpty() && ENDED_BADLY.containsAll(statuses)) {
            return run(handle.createQuery(ENDED), filter, wanted);
        }
        if (!statuses.isEmpty() && statuses.stream().noneMatch(WorkflowStatus::isFinal)) {
            return run(handle.createQuery(OPEN), filter, wanted);
        }
        List<WorkflowKey> keys = new ArrayList<>();
        Instant latest = filter.before().filter(now::isAfter).orElse(now);
        int newest = installation.eraAt(latest) + 1;
        int oldest = filter.after().map(installation::eraAt).orElse(1);
        for (int era = newest; era >= oldest && keys.size() < wanted; era--) {
            Query query = handle.createQuery(ALL)
                    .bind("era", era)
                    .bind("every", statuses.isEmpty())
                    .bind("buckets", installation.ids().buckets());
            keys.addAll(run(query, filter, wanted - keys.size()));
        }
        return keys;
    }

    private static List<WorkflowKey> run(Query query, WorkflowFilter filter, int limit) {
        return query.bind("limit", limit)
                .bind("below", below(filter))
                .bind("from", filter.after().map(WorkflowIds::firstAt).orElse(null))
                .bind("type", filter.type().orElse(null))
                .bind("labels", DatabaseJson.labels(filter.labels()))
                .bind("statuses", filter.statuses().stream().map(Enum::name).toArray(String[]::new))
                .map(WorkflowListing::key)
                .list();
    }

    private static WorkflowKey key(ResultSet row, StatementContext context) throws SQLException {
        return WorkflowKeys.of(row);
    }

    private static @Nullable UUID below(WorkflowFilter filter) {
        Optional<UUID> before = filter.before().map(WorkflowIds::firstAt);
        Optional<UUID> cursor = filter.cursor().map(WorkflowKeys::cursor);
        return before.isPresent() && cursor.isPresent()
                ? (before.orElseThrow()
                                                .toString()
                                                .compareTo(cursor.orElseThrow().toString())
                                        < 0
                                ? before
                                : cursor)
                        .orElseThrow()
                : before.or(() -> cursor).orElse(null);
    }
}
