package dev.holdfast.memory;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.OperatorAction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Requests to workflows, and their answers. Used inside transactions only. */
final class MemoryInbox {
    private final MemoryAudit audit;
    private final Map<UUID, OperatorAction> asks = new LinkedHashMap<>();
    private final Map<UUID, ActionResult> answers = new LinkedHashMap<>();

    MemoryInbox(MemoryAudit audit) {
        this.audit = audit;
    }

    /** Adds a request; a repeated one changes nothing. */
    void ask(OperatorAction action, RequestContext context) {
        if (!answers.containsKey(action.id()) && asks.putIfAbsent(action.id(), action) == null) {
            audit.asked(action, context);
        }
    }

    void answer(OperatorAction action, ActionResult result) {
        asks.remove(action.id());
        if (answers.putIfAbsent(action.id(), result) == null) {
            audit.decided(action, result);
        }
    }

    /** Lists requests without an answer, oldest first. */
    List<OperatorAction> asks() {
        return List.copyOf(asks.values());
    }

    Optional<ActionResult> answer(UUID id) {
        return Optional.ofNullable(answers.get(id));
    }
}
