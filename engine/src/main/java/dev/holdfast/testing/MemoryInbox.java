package dev.holdfast.testing;

import dev.holdfast.RequestContext;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What was asked of workflows, and what was answered. Used inside of transactions only. */
final class MemoryInbox {
    private final MemoryAudit audit;
    private final Map<UUID, Ask> asks = new LinkedHashMap<>();
    private final Map<UUID, Answer> answers = new LinkedHashMap<>();

    MemoryInbox(MemoryAudit audit) {
        this.audit = audit;
    }

    /** Nothing happens when it was asked before. */
    void ask(Ask ask, RequestContext context) {
        if (!answers.containsKey(ask.id()) && asks.putIfAbsent(ask.id(), ask) == null) {
            audit.asked(ask, context);
        }
    }

    void answer(Ask ask, Answer answer) {
        asks.remove(ask.id());
        if (answers.putIfAbsent(ask.id(), answer) == null) {
            audit.decided(ask, answer);
        }
    }

    /** Not answered yet, oldest first. */
    List<Ask> asks() {
        return List.copyOf(asks.values());
    }

    Optional<Answer> answer(UUID id) {
        return Optional.ofNullable(answers.get(id));
    }
}
