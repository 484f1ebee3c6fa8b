package dev.holdfast.memory;

import dev.holdfast.OverloadedException;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.SignalMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Pending messages, and decisions on operator actions. Used inside transactions only. */
final class MemoryInbox {
    /** A message, and its number in the order of arrival, which stands for the time in cursors. Immutable. */
    record Arrival(InboxMessage message, long number) {
        InboxCursor place() {
            return InboxCursor.at(Instant.EPOCH.plusNanos(number));
        }

        int bytes() {
            return message instanceof SignalMessage signal ? signal.payload().length : 0;
        }

        boolean isAfter(InboxCursor cursor) {
            return place().at().isAfter(cursor.at());
        }
    }

    private static final int SIGNALS_MAX = 10_000;

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

    /** Adds a signal that is not there. {@code untaken} is how many its workflow has already. */
    void send(SignalMessage signal, int untaken) {
        long waiting = pending()
                .filter(arrival -> arrival.message().key().equals(signal.key()))
                .count();
        if (waiting + untaken >= SIGNALS_MAX) {
            throw new OverloadedException(
                    "a workflow has " + SIGNALS_MAX + " signals that its code has not taken", Duration.ofSeconds(1));
        }
        pending.put(signal.id(), new Arrival(signal, ++arrived));
    }

    /** Adds the end of a child, which no limit refuses. */
    void deliver(SignalMessage end) {
        pending.putIfAbsent(end.id(), new Arrival(end, ++arrived));
    }

    /** Whether a message with this id is not applied yet. */
    boolean has(UUID id) {
        return pending.containsKey(id);
    }

    /** Removes a message. */
    void remove(UUID id) {
        pending.remove(id);
    }

    void answer(OperatorAction action, ActionResult result) {
        pending.remove(action.id());
        if (results.putIfAbsent(action.id(), result) == null) {
            audit.decided(action, result);
        }
    }

    /** The messages that are not applied yet, in the order of arrival. */
    Stream<Arrival> pending() {
        return pending.values().stream();
    }

    Optional<ActionResult> result(UUID id) {
        return Optional.ofNullable(results.get(id));
    }
}
