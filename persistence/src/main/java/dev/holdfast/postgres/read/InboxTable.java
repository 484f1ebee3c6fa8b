package dev.holdfast.postgres.read;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.postgres.audit.AuditContext;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.jdbc.WorkflowKeys;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.InboxPage;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * Pending messages, and decisions on operator actions. Only the batches of owners add decisions. Safe for all threads.
 */
public final class InboxTable {
    /** How much later than its time a message may become visible, to be found by the next read. */
    private static final Duration LATE = Duration.ofSeconds(2);

    /** The payloads of a page. */
    private static final long PAGE_BYTES = 4 << 20;

    private final Jdbi jdbi;

    public InboxTable(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public void append(OperatorAction action, RequestContext context) {
        CommitConfirmation.transaction(jdbi, tx -> {
            tx.attach(InboxSql.class)
                    .append(
                            action.id(),
                            action.key().uid(),
                            action.key().bucket(),
                            action.key().era(),
                            action.letterSeq(),
                            action.kind().name(),
                            action.target(),
                            AuditContext.of(action.actor(), action.reason(), context));
            return action;
        });
    }

    public Set<UUID> received(Collection<SignalMessage> signals) {
        List<WorkflowKey> keys = signals.stream().map(SignalMessage::key).toList();
        UUID[] ids = signals.stream().map(SignalMessage::id).toArray(UUID[]::new);
        return jdbi.withExtension(
                InboxSql.class,
                sql -> sql.received(WorkflowKeys.buckets(keys), WorkflowKeys.eras(keys), WorkflowKeys.uids(keys), ids));
    }

    /** Reads messages that arrived after this place, and returns those to these buckets that can be decided now. */
    public InboxPage page(Collection<Integer> buckets, InboxCursor after, int limit) {
        Integer[] of = buckets.toArray(Integer[]::new);
        OffsetDateTime at = after.at().atOffset(ZoneOffset.UTC);
        List<InboxRow> rows =
                jdbi.withExtension(InboxSql.class, sql -> sql.page(of, at, after.id(), limit, PAGE_BYTES));
        List<InboxMessage> messages =
                rows.stream().filter(InboxRow::decidable).map(InboxRow::message).toList();
        return new InboxPage(
                messages, next(after, rows), rows.isEmpty() || rows.getLast().isLast());
    }

    private static InboxCursor next(InboxCursor after, List<InboxRow> rows) {
        if (rows.isEmpty()) {
            return after;
        }
        InboxRow last = rows.getLast();
        return last.isLast()
                ? InboxCursor.at(last.readAt().minus(LATE))
                : new InboxCursor(last.at(), last.message().id());
    }

    public List<InboxMessage> of(Collection<WorkflowKey> keys, int limit) {
        return jdbi.withExtension(
                InboxSql.class,
                sql -> sql.of(
                        WorkflowKeys.buckets(keys),
                        WorkflowKeys.eras(keys),
                        WorkflowKeys.uids(keys),
                        limit,
                        PAGE_BYTES));
    }

    public Map<UUID, ActionResult> results(Collection<UUID> ids) {
        UUID[] asked = ids.toArray(UUID[]::new);
        return jdbi.withExtension(InboxSql.class, sql -> sql.results(asked));
    }
}
