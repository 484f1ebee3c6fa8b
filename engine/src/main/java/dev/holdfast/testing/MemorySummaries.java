package dev.holdfast.testing;

import dev.holdfast.Codec;
import dev.holdfast.Failure;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Derives what readers see of a workflow from its log. Used inside of transactions only. */
final class MemorySummaries {
    private static final TypeToken<Failure> FAILURE = TypeToken.of(Failure.class);

    private final MemoryDatabase database;
    private final Codec codec;

    MemorySummaries(MemoryDatabase database, Codec codec) {
        this.database = database;
        this.codec = codec;
    }

    WorkflowSummary of(MemoryWorkflow workflow) {
        List<LogRow> log = workflow.log();
        WorkflowStatus status = workflow.status();
        Optional<Instant> last =
                log.isEmpty() ? Optional.empty() : Optional.of(log.getLast().at());
        return new WorkflowSummary(
                workflow.id(),
                workflow.acceptance().definition(),
                workflow.acceptance().version(),
                status,
                workflow.acceptance().labels(),
                workflow.createdAt(),
                log.isEmpty() ? Optional.empty() : Optional.of(log.getFirst().at()),
                last.orElse(workflow.createdAt()),
                status.isFinal() ? last : Optional.empty(),
                status.isFinal() ? Optional.empty() : database.owner().map(Member::node),
                lastIntent(log).map(Entry.Intent::attempt).orElse(0),
                waitingFor(log),
                lastError(log),
                deadLetter(workflow));
    }

    private static Optional<Entry.Intent> lastIntent(List<LogRow> log) {
        return log.reversed().stream()
                .map(LogRow::event)
                .filter(Entry.Intent.class::isInstance)
                .map(Entry.Intent.class::cast)
                .findFirst();
    }

    /** While the log ends with a failed attempt that has another one to come. */
    private static Optional<WorkflowSummary.Waiting> waitingFor(List<LogRow> log) {
        LogRow last = log.isEmpty() ? null : log.getLast();
        if (last == null
                || last.event() != null
                || last.outcome() == null
                || last.outcome().retryIn() == null) {
            return Optional.empty();
        }
        String step = lastIntent(log).map(Entry.Intent::name).orElse("");
        return Optional.of(new WorkflowSummary.Waiting(
                "retry", step, last.at().plus(last.outcome().retryIn())));
    }

    private Optional<Failure> lastError(List<LogRow> log) {
        return log.reversed().stream()
                .flatMap(row -> Optional.ofNullable(error(row)).stream())
                .findFirst();
    }

    private @Nullable Failure error(LogRow row) {
        return switch (row.event()) {
            case Entry.Parked parked -> parked.deadLetter().failure();
            case Entry.Ended ended when ended.status() == WorkflowStatus.FAILED -> codec.decode(ended.value(), FAILURE);
            case null, default -> failed(row.outcome());
        };
    }

    private @Nullable Failure failed(Entry.@Nullable Outcome outcome) {
        return outcome == null || outcome.state().isFinal() ? null : codec.decode(outcome.value(), FAILURE);
    }

    private Optional<String> deadLetter(MemoryWorkflow workflow) {
        return workflow.status() == WorkflowStatus.DEAD_LETTERED
                ? Optional.of(new DeadLetterId(workflow.key(), workflow.log().size()).format(database.ids()))
                : Optional.empty();
    }
}
