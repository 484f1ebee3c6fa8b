package dev.holdfast.memory;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Operator actions, pending and decided. Used inside transactions only. */
final class MemoryInbox {
    private final MemoryAudit audit;
    private final Map<UUID, OperatorAction> pending = new LinkedHashMap<>();
    private final Map<UUID, ActionResult> results = new LinkedHashMap<>();

    MemoryInbox(MemoryAudit audit) {
        this.audit = audit;
    }

    /** Adds a request; a repeated one changes nothing. */
    void request(OperatorAction action, RequestContext context) {
        if (!results.containsKey(action.id()) && pending.putIfAbsent(action.id(), action) == null) {
            audit.requested(action, context);
        }
    }

    void answer(OperatorAction action, ActionResult result) {
        pending.remove(action.id());
        if (results.putIfAbsent(action.id(), result) == null) {
            audit.decided(action, result);
        }
    }

    /** Lists the actions that are not decided yet, oldest first. */
    List<InboxMessage> pending() {
        return List.copyOf(pending.values());
    }

    Optional<ActionResult> result(UUID id) {
        return Optional.ofNullable(results.get(id));
    }
}
