package dev.holdfast.testing;

import dev.holdfast.AuditFilter;
import dev.holdfast.AuditRow;
import dev.holdfast.Decision;
import dev.holdfast.Page;
import dev.holdfast.RequestContext;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.AuditCursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Who asked for what, and what was decided. Used inside of transactions only. */
final class MemoryAudit {
    private final Supplier<Instant> now;
    private final List<AuditRow> rows = new ArrayList<>();
    private final Map<UUID, RequestContext> contexts = new HashMap<>();

    MemoryAudit(Supplier<Instant> now) {
        this.now = now;
    }

    void asked(Ask ask, RequestContext context) {
        contexts.put(ask.id(), context);
        add(ask, Optional.empty());
    }

    void decided(Ask ask, Answer answer) {
        add(ask, Optional.of(answer));
    }

    private void add(Ask ask, Optional<Answer> answer) {
        rows.add(new AuditRow(
                ask.id(),
                now.get(),
                answer.isPresent(),
                ask.act().name(),
                ask.target(),
                ask.actor(),
                ask.reason(),
                answer.map(Answer::applied).map(MemoryAudit::outcome),
                answer.map(Answer::status),
                contexts.getOrDefault(ask.id(), RequestContext.NONE)));
    }

    /** A change that nobody but the caller decides. */
    void changed(String action, String target, Decision decision, boolean applied) {
        UUID id = UUID.randomUUID();
        for (boolean decided : new boolean[] {false, true}) {
            rows.add(new AuditRow(
                    id,
                    now.get(),
                    decided,
                    action,
                    target,
                    decision.actor(),
                    decision.reason(),
                    Optional.of(outcome(applied)).filter(any -> decided),
                    Optional.empty(),
                    decision.context()));
        }
    }

    private static String outcome(boolean applied) {
        return applied ? "APPLIED" : "REFUSED";
    }

    Page<AuditRow> list(AuditFilter filter) {
        Optional<AuditCursor> from = filter.cursor().map(AuditCursor::parse);
        List<AuditRow> found = rows.stream()
                .filter(row -> filter.actor().map(row.actor()::equals).orElse(true))
                .filter(row -> filter.action().map(row.action()::equals).orElse(true))
                .filter(row -> filter.target().map(row.target()::equals).orElse(true))
                .filter(row ->
                        filter.after().map(after -> !row.at().isBefore(after)).orElse(true))
                .filter(row -> filter.before().map(row.at()::isBefore).orElse(true))
                .filter(row -> from.map(below -> AuditCursor.of(row).compareTo(below) < 0)
                        .orElse(true))
                .sorted(Comparator.comparing(AuditCursor::of).reversed())
                .limit(filter.limit() + 1L)
                .toList();
        return Page.of(found, filter.limit(), row -> AuditCursor.of(row).toString());
    }
}
