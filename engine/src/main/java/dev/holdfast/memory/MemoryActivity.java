package dev.holdfast.memory;

import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** Whether anything can run in a database before a later time or another message. Used inside transactions only. */
final class MemoryActivity {
    private final MemoryDatabase database;

    MemoryActivity(MemoryDatabase database) {
        this.database = database;
    }

    /**
     * A workflow stays runnable until its unloading, its end or its parking is committed, with all records before it,
     * and a message stays in the inbox until what it led to is committed: so nothing is in progress when this is true.
     */
    boolean isIdle() {
        Instant now = database.now();
        return database.all().stream().noneMatch(workflow -> workflow.isRunnable(now))
                && database.inbox().pending().map(MemoryInbox.Arrival::message).allMatch(this::mustWait);
    }

    /** The time at which the first workflow continues by itself. */
    Optional<Instant> nextDue() {
        return database.all().stream()
                .flatMap(workflow -> workflow.wakesAt().stream())
                .min(Comparator.naturalOrder());
    }

    /** Whether no node can apply this message: a cancel cannot reach code that is not there. */
    boolean mustWait(InboxMessage message) {
        MemoryWorkflow workflow = database.at(message.key());
        boolean cancels = message instanceof OperatorAction action && action.kind() == ActionKind.CANCEL;
        return cancels && workflow != null && workflow.awaitsCode();
    }
}
