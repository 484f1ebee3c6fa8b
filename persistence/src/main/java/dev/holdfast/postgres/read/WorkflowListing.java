package dev.holdfast.postgres.read;

import dev.holdfast.InvalidInputException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.postgres.jdbc.DatabaseJson;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.postgres.schema.Installation;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Lists workflows, newest first. A page begins below the last uid of the page before; uids are ordered by time. A
 * search ends after the look with which it has seen 10,000 workflows: if that is not enough for a page, the page ends
 * there, and its cursor continues the search. A look takes 512 workflows of each bucket at most. Safe for all threads.
 */
public final class WorkflowListing {
    private static final int LOOKS_MAX = 10_000;
    private static final Set<WorkflowStatus> ENDED_BADLY = EnumSet.of(WorkflowStatus.FAILED, WorkflowStatus.CANCELLED);
    private static final Set<WorkflowStatus> OPEN_ONES = EnumSet.allOf(WorkflowStatus.class).stream()
            .filter(status -> !status.isFinal())
            .collect(Collectors.toUnmodifiableSet());
    private static final UUID FIRST = new UUID(0, 0);

    private static final String OPEN = """
            select * from holdfast.list_open(:below, :from, :type, cast(:labels as jsonb), :statuses, :wait, :wanted,
                :looks)""";

    private static final String ALL = """
            select * from holdfast.list(:buckets, :ended, :oldest, :newest, :below, :from, :type,
                cast(:labels as jsonb), :statuses, :wanted, :looks)""";

    private static final String CHILDREN = """
            select * from holdfast.list_children(:parent, :oldest, :below, :from, :type, cast(:labels as jsonb),
                :statuses, :wait, :wanted, :looks)""";

    private final Jdbi jdbi;
    private final SummaryReader summaries;
    private final Installation installation;

    public WorkflowListing(Jdbi jdbi, SummaryReader summaries, Installation installation) {
        this.jdbi = jdbi;
        this.summaries = summaries;
        this.installation = installation;
    }

    /** A row of the search; the one without a bucket says how far it looked. */
    private record Found(Optional<WorkflowKey> key, UUID uid) {}

    public Page<WorkflowSummary> page(WorkflowFilter filter) {
        List<Found> found = jdbi.withHandle(handle -> {
            Optional<WorkflowKey> parent = filter.parent().flatMap(id -> locate(handle, id));
            boolean isUnknown = filter.parent().isPresent() && parent.isEmpty();
            return isUnknown ? List.of() : search(handle, filter, parent);
        });
        List<WorkflowKey> keys =
                found.stream().map(Found::key).flatMap(Optional::stream).toList();
        Page<WorkflowKey> page = Page.of(keys, filter.limit(), key -> key.uid().toString());
        Optional<String> lookedTo = found.stream()
                .filter(row -> row.key().isEmpty())
                .findFirst()
                .map(row -> row.uid().toString());
        List<WorkflowSummary> items = summaries.of(page.items()).stream()
                .filter(item -> filter.statuses().isEmpty() || filter.statuses().contains(item.status()))
                .filter(item -> waits(item, filter.waitingFor()))
                .toList(); // an open row may be older than its log, and may have changed
        return new Page<>(items, page.next().or(() -> lookedTo));
    }

    private static boolean waits(WorkflowSummary item, Optional<String> wanted) {
        return wanted.isEmpty() || item.waits().stream().anyMatch(waiting -> waiting.isFor(wanted.orElseThrow()));
    }

    /** The place of a workflow, also of one that was deleted, if its id was generated. */
    private Optional<WorkflowKey> locate(Handle handle, String id) {
        WorkflowIds ids = installation.ids();
        try {
            return ids.parse(id).or(() -> handle.attach(WorkflowSql.class).locate(id, ids.bucketOf(id)));
        } catch (InvalidInputException e) {
            return Optional.empty(); // no workflow ever had this id
        }
    }

    private List<Found> search(Handle handle, WorkflowFilter filter, Optional<WorkflowKey> parent) {
        Optional<String> wait = filter.waitingFor();
        Set<WorkflowStatus> statuses = wait.isPresent() && filter.statuses().isEmpty() ? OPEN_ONES : filter.statuses();
        UUID below = below(filter);
        UUID from = filter.after().map(WorkflowIds::firstAt).orElse(FIRST);
        boolean open =
                wait.isPresent() || !statuses.isEmpty() && statuses.stream().noneMatch(WorkflowStatus::isFinal);
        Query query = parent.map(key -> children(handle, key).bind("wait", wait.orElse(null)))
                .orElseGet(() -> open
                        ? handle.createQuery(OPEN).bind("wait", wait.orElse(null))
                        : all(handle, statuses, below, from));
        return query.bind("wanted", filter.limit() + 1)
                .bind("looks", LOOKS_MAX)
                .bind("below", below)
                .bind("from", from)
                .bind("type", filter.type().orElse(null))
                .bind("labels", DatabaseJson.labels(filter.labels()))
                .bindByType(
                        "statuses",
                        statuses.isEmpty()
                                ? null
                                : statuses.stream().map(Enum::name).toArray(String[]::new),
                        String[].class)
                .map((row, context) -> new Found(
                        row.getObject("bucket") == null ? Optional.empty() : Optional.of(WorkflowKeys.of(row)),
                        row.getObject("uid", UUID.class)))
                .list();
    }

    private static Query children(Handle handle, WorkflowKey parent) {
        return handle.createQuery(CHILDREN).bind("parent", parent.uid()).bind("oldest", parent.era());
    }

    private Query all(Handle handle, Set<WorkflowStatus> statuses, UUID below, UUID from) {
        return handle.createQuery(ALL)
                .bind("buckets", installation.ids().buckets())
                .bind("ended", !statuses.isEmpty() && ENDED_BADLY.containsAll(statuses))
                .bind("oldest", from.equals(FIRST) ? 1 : eraOf(from))
                .bind("newest", below.equals(WorkflowKeys.LAST) ? Integer.MAX_VALUE : eraOf(below));
    }

    private int eraOf(UUID uid) {
        return installation.eraAt(WorkflowIds.acceptedAt(uid));
    }

    private static UUID below(WorkflowFilter filter) {
        UUID before = filter.before().map(WorkflowIds::firstAt).orElse(WorkflowKeys.LAST);
        UUID cursor = WorkflowKeys.below(filter.cursor());
        return cursor.toString().compareTo(before.toString()) < 0 ? cursor : before; // UUID.compareTo is signed
    }
}
