package dev.holdfast.postgres.read;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.postgres.audit.AuditContext;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** Pending operator actions, and decisions. Only the batches of owners add decisions. Safe for all threads. */
public final class InboxTable {
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

    public List<InboxMessage> pending(Collection<Integer> buckets, Collection<UUID> except, int limit) {
        Integer[] of = buckets.toArray(Integer[]::new);
        UUID[] known = except.toArray(UUID[]::new);
        return jdbi.withExtension(InboxSql.class, sql -> sql.pending(of, known, limit));
    }

    public Map<UUID, ActionResult> results(Collection<UUID> ids) {
        UUID[] asked = ids.toArray(UUID[]::new);
        return jdbi.withExtension(InboxSql.class, sql -> sql.results(asked));
    }
}
