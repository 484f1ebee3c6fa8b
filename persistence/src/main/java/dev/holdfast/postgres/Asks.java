package dev.holdfast.postgres;

import dev.holdfast.RequestContext;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** What is asked of workflows, and what was answered. Only the owner's batches answer. Safe for all threads. */
final class Asks {
    private final Jdbi jdbi;

    Asks(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    void append(Ask ask, RequestContext context) {
        jdbi.useExtension(
                InboxSql.class,
                sql -> sql.ask(
                        ask.id(),
                        ask.key().uid(),
                        ask.key().bucket(),
                        ask.key().era(),
                        ask.letterSeq(),
                        ask.act().name(),
                        ask.target(),
                        Asking.of(ask.actor(), ask.reason(), context)));
    }

    List<Ask> in(Collection<Integer> buckets, Collection<UUID> except, int limit) {
        Integer[] of = buckets.toArray(Integer[]::new);
        UUID[] known = except.toArray(UUID[]::new);
        return jdbi.withExtension(InboxSql.class, sql -> sql.inbox(of, known, limit));
    }

    Map<UUID, Answer> answers(Collection<UUID> ids) {
        UUID[] asked = ids.toArray(UUID[]::new);
        return jdbi.withExtension(InboxSql.class, sql -> sql.answers(asked));
    }
}
