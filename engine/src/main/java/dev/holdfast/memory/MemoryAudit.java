package dev.holdfast.memory;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.AuditCursor;
import dev.holdfast.spi.OperatorAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The audit log: requests and decisions. Used inside transactions only. */
final class MemoryAudit {
    private final Supplier<Instant> now;
    private final List<AuditEntry> rows = new ArrayList<>();
    private final Map<UUID, RequestContext> contexts = new HashMap<>();

    MemoryAudit(Supplier<Instant> now) {
        this.now = now;
    }

    void requested(OperatorAction action, RequestContext context) {
        contexts.put(action.id(), context);
        add(action, Optional.empty());
    }

    void decided(OperatorAction action, ActionResult result) {
        add(action, Optional.of(result));
    }

    private void add(OperatorAction action, Optional<ActionResult> answer) {
        rows.add(new AuditEntry(
                action.id(),
                now.get(),
                answer.isPresent(),
                action.kind().name(),
                action.target(),
                action.actor(),
                action.reason(),
                answer.map(ActionResult::applied).map(MemoryAudit::outcome),
                answer.map(ActionResult::status),
                contexts.getOrDefault(action.id(), RequestContext.NONE)));
    }

    /** Records request and decision of a change that needs no owner to decide. */
    void changed(String action, String target, ActionOptions options, boolean applied) {
        addBoth(UUID.randomUUID(), action, target, options, applied, null);
    }

    /** Records request and refusal; returns false, and records nothing, if the request is recorded already. */
    boolean refused(UUID id, String action, String target, @Nullable WorkflowStatus status, ActionOptions options) {
        if (rows.stream().anyMatch(row -> row.id().equals(id))) {
            return false;
        }
        addBoth(id, action, target, options, false, status);
        return true;
    }

    private void addBoth(
            UUID id,
            String action,
            String target,
            ActionOptions options,
            boolean applied,
            @Nullable WorkflowStatus status) {
        for (boolean decided : new boolean[] {false, true}) {
            rows.add(new AuditEntry(
                    id,
                    now.get(),
                    decided,
                    action,
                    target,
                    options.actor(),
                    options.reason(),
                    Optional.of(outcome(applied)).filter(any -> decided),
                    Optional.ofNullable(status).filter(any -> decided),
                    options.context()));
        }
    }

    private static String outcome(boolean applied) {
        return applied ? "APPLIED" : "REFUSED";
    }

    Page<AuditEntry> list(AuditFilter filter) {
        Optional<AuditCursor> from = filter.cursor().map(AuditCursor::parse);
        List<AuditEntry> found = rows.stream()
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
