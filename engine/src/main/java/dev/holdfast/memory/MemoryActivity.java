package dev.holdfast.memory;

import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.WorkflowHead;
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
                && database.inbox().pending().map(MemoryInbox.Arrival::message).allMatch(this::isWithoutEffect);
    }

    /** The time at which the first workflow continues by itself. */
    Optional<Instant> nextDue() {
        return database.all().stream()
                .flatMap(workflow -> workflow.wakesAt().stream())
                .min(Comparator.naturalOrder());
    }

    /** Whether no node can apply this message: a cancel cannot reach code that is not there. */
    boolean mustWait(InboxMessage message) {
        return toBeCancelled(message).filter(MemoryWorkflow::awaitsCode).isPresent();
    }

    /** The same, and whether it has no effect before its workflow is due. */
    private boolean isWithoutEffect(InboxMessage message) {
        return mustWait(message)
                || toBeCancelled(message)
                        .filter(workflow ->
                                workflow.waitsUncancellably(database.now()) || waitsForOperator(message, workflow))
                        .isPresent();
    }

    /** Whether a parent's cancel waits until somebody has dealt with the dead letter. */
    private static boolean waitsForOperator(InboxMessage message, MemoryWorkflow workflow) {
        return message instanceof OperatorAction action
                && action.isCancelByParent()
                && workflow.head()
                        .flatMap(WorkflowHead::openDeadLetter)
                        .filter(ParkingReason::refusesCancel)
                        .isPresent();
    }

    private Optional<MemoryWorkflow> toBeCancelled(InboxMessage message) {
        boolean cancels = message instanceof OperatorAction action && action.kind() == ActionKind.CANCEL;
        return cancels ? Optional.ofNullable(database.at(message.key())) : Optional.empty();
    }
}
