package dev.holdfast.memory;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowKey;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Finds dead letters in the logs. Used inside transactions only. */
final class MemoryDeadLetters {
    private final MemoryDatabase database;

    MemoryDeadLetters(MemoryDatabase database) {
        this.database = database;
    }

    Optional<DeadLetterId> locate(String id) {
        return DeadLetterId.parse(database.ids(), id);
    }

    Optional<DeadLetter> find(WorkflowKey key, int seq) {
        MemoryWorkflow workflow = database.at(key);
        if (workflow == null || seq < 1 || seq > workflow.log().size()) {
            return Optional.empty();
        }
        LogRecord record = workflow.log().get(seq - 1);
        return record.event() instanceof HistoryEvent.Parked parked
                ? Optional.of(letter(workflow, record, parked.reason()))
                : Optional.empty();
    }

    Page<DeadLetter> list(DeadLetterFilter filter) {
        Optional<UUID> from = filter.cursor().map(MemoryDeadLetters::cursor);
        List<DeadLetter> open = database.all().stream()
                .filter(workflow -> workflow.status() == WorkflowStatus.DEAD_LETTERED)
                .filter(workflow -> from.filter(below -> workflow.key().uid().compareTo(below) >= 0)
                        .isEmpty())
                .sorted(Comparator.comparing(
                                (MemoryWorkflow workflow) -> workflow.key().uid())
                        .reversed())
                .flatMap(workflow -> open(workflow).stream())
                .filter(letter -> filter.type()
                        .filter(type -> !type.equals(letter.type()))
                        .isEmpty())
                .filter(letter -> filter.cause()
                        .filter(cause -> !cause.name().equals(letter.cause()))
                        .isEmpty())
                .filter(letter -> filter.step().isEmpty() || filter.step().equals(letter.step()))
                .limit(filter.limit() + 1L)
                .toList();
        return Page.of(
                open,
                filter.limit(),
                letter -> locate(letter.id()).orElseThrow().key().uid().toString());
    }

    private static UUID cursor(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidOptionException("cursor", "\"" + text + "\" is no cursor: pass back \"next\" as it came");
        }
    }

    private Optional<DeadLetter> open(MemoryWorkflow workflow) {
        return LogRecord.lastEvent(workflow.log()).flatMap(last -> find(workflow.key(), last.seq()));
    }

    private DeadLetter letter(MemoryWorkflow workflow, LogRecord record, ParkingReason letter) {
        return new DeadLetter(
                new DeadLetterId(workflow.key(), record.seq()).format(database.ids()::format),
                workflow.id(),
                workflow.creation().definition(),
                workflow.creation().version(),
                record.at(),
                letter.cause().name(),
                Optional.ofNullable(letter.step()),
                letter.stepNumber(),
                letter.position() == null ? Position.MAIN : letter.position().branch(),
                Optional.ofNullable(letter.idempotencyKey()).map(UUID::toString),
                letter.attempts(),
                letter.failure(),
                letter.stack(),
                LogRecord.lastEvent(workflow.log()).filter(record::equals).isPresent());
    }
}
