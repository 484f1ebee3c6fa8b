package dev.holdfast.memory;

import dev.holdfast.Codec;
import dev.holdfast.TypeToken;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParentCall;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Derives the summary of a workflow from its log. Used inside transactions only. */
final class MemorySummaries {
    private static final TypeToken<Failure> FAILURE = TypeToken.of(Failure.class);

    private final MemoryDatabase database;
    private final Codec codec;

    MemorySummaries(MemoryDatabase database, Codec codec) {
        this.database = database;
        this.codec = codec;
    }

    WorkflowSummary of(MemoryWorkflow workflow) {
        List<LogRecord> log = workflow.log();
        WorkflowStatus status = workflow.status();
        Optional<Instant> last =
                log.isEmpty() ? Optional.empty() : Optional.of(log.getLast().at());
        Optional<ParentCall> call = Optional.ofNullable(workflow.creation().parent());
        return new WorkflowSummary(
                workflow.id(),
                workflow.creation().definition(),
                workflow.creation().version(),
                status,
                workflow.creation().labels(),
                workflow.createdAt(),
                log.isEmpty() ? Optional.empty() : Optional.of(log.getFirst().at()),
                last.orElse(workflow.createdAt()),
                status.isFinal() ? last : Optional.empty(),
                status.isFinal() ? Optional.empty() : database.owner().map(MemoryNode::node),
                LogRecord.lastIntent(log).map(HistoryEvent.Intent::attempt).orElse(0),
                workflow.waits(),
                lastError(log),
                deadLetter(workflow),
                Optional.ofNullable(workflow.creation().deadline()),
                call.filter(ParentCall::waits)
                        .map(from -> new WorkflowSummary.Parent(
                                idOf(from.key()),
                                from.position().branch(),
                                from.position().index())),
                call.filter(from -> !from.waits()).map(from -> idOf(from.key())),
                log.stream()
                        .anyMatch(
                                record -> record.event() instanceof HistoryEvent.ChildStarted child && child.waits()));
    }

    private String idOf(WorkflowKey key) {
        MemoryWorkflow workflow = database.at(key);
        return workflow == null ? database.ids().format(key) : workflow.id();
    }

    private Optional<Failure> lastError(List<LogRecord> log) {
        return log.reversed().stream()
                .flatMap(record -> Optional.ofNullable(error(record)).stream())
                .findFirst();
    }

    private @Nullable Failure error(LogRecord record) {
        return switch (record.event()) {
            case HistoryEvent.Parked parked -> parked.reason().failure();
            case HistoryEvent.Ended ended
            when ended.status() == WorkflowStatus.FAILED -> codec.decode(ended.value(), FAILURE);
            case null, default -> failed(record.outcome());
        };
    }

    private @Nullable Failure failed(WorkflowWrite.@Nullable Outcome outcome) {
        return outcome == null || outcome.state().isFinal() || outcome.state() == WorkflowWrite.Outcome.State.NOT_BEGUN
                ? null
                : codec.decode(outcome.value(), FAILURE);
    }

    private Optional<String> deadLetter(MemoryWorkflow workflow) {
        return LogRecord.lastEvent(workflow.log())
                .filter(last -> last.openDeadLetter().isPresent())
                .map(last -> new DeadLetterId(workflow.key(), last.seq()).format(database.ids()::format));
    }
}
