package dev.holdfast.memory;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.OperatorAction;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Operator actions, pending and decided. Used inside transactions only. */
final class MemoryInbox {
    /** An action, and its number in the order of arrival, which stands for the time in cursors. Immutable. */
    record Arrival(OperatorAction action, long number) {
        InboxCursor place() {
            return InboxCursor.at(Instant.EPOCH.plusNanos(number));
        }

        boolean isAfter(InboxCursor cursor) {
            return place().at().isAfter(cursor.at());
        }
    }

    private final MemoryAudit audit;
    private final Map<UUID, Arrival> pending = new LinkedHashMap<>();
    private final Map<UUID, ActionResult> results = new LinkedHashMap<>();
    private long arrived;

    MemoryInbox(MemoryAudit audit) {
        this.audit = audit;
    }

    /** Adds a request; a repeated one changes nothing. */
    void request(OperatorAction action, RequestContext context) {
        if (!results.containsKey(action.id()) && !pending.containsKey(action.id())) {
            pending.put(action.id(), new Arrival(action, ++arrived));
            audit.requested(action, context);
        }
    }

    void answer(OperatorAction action, ActionResult result) {
        pending.remove(action.id());
        if (results.putIfAbsent(action.id(), result) == null) {
            audit.decided(action, result);
        }
    }

    /** The actions that are not decided yet, in the order of arrival. */
    Stream<Arrival> pending() {
        return pending.values().stream();
    }

    Optional<ActionResult> result(UUID id) {
        return Optional.ofNullable(results.get(id));
    }
}
