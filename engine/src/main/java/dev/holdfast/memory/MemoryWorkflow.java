package dev.holdfast.memory;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of one workflow. Used inside transactions only. */
final class MemoryWorkflow {
    private final WorkflowKey key;
    private final String id;
    private WorkflowWrite.Creation acceptance;
    private final Instant createdAt;
    private final List<LogRecord> log = new ArrayList<>();
    private WorkflowStatus status;
    private @Nullable Instant due;
    private @Nullable MemoryNode runner;
    private int loads;
    private int loadedSeq;

    /** {@code runner} takes it up at once; null: it is queued. */
    MemoryWorkflow(
            WorkflowKey key,
            String id,
            WorkflowWrite.Creation acceptance,
            Instant createdAt,
            @Nullable MemoryNode runner) {
        this.key = key;
        this.id = id;
        this.acceptance = acceptance;
        this.createdAt = createdAt;
        this.runner = runner;
        this.status = runner == null ? WorkflowStatus.QUEUED : WorkflowStatus.RUNNING;
        this.due = runner == null ? createdAt : null;
    }

    /** Writes all entries of a mailbox; an outcome shares its record with the event that follows it. */
    void write(Instant at, MemoryNode by, List<WorkflowWrite> entries, MemoryInbox inbox) {
        WorkflowWrite.Outcome held = null;
        for (WorkflowWrite write : entries) {
            switch (write) {
                case WorkflowWrite.Creation accepted -> {} // that is this object
                case WorkflowWrite.Loading loading -> load(loading, by);
                case WorkflowWrite.Answered answered -> inbox.answer(answered.action(), answered.result());
                case WorkflowWrite.Erased erased -> inbox.answer(erased.by(), new ActionResult(true, status));
                case WorkflowWrite.Scrubbed scrubbed -> {
                    scrub(scrubbed);
                    inbox.answer(scrubbed.by(), new ActionResult(true, status));
                }
                case WorkflowWrite.Rehomed rehomed -> {} // there are no tables here that could go
                case WorkflowWrite.Unloading unloading -> {
                    if (held != null) {
                        append(at, by, held, null);
                        held = null;
                    }
                    unload(unloading, at);
                }
                case WorkflowWrite.Outcome outcome -> {
                    if (held != null) {
                        append(at, by, held, null);
                    }
                    held = outcome;
                }
                case WorkflowWrite.Event event -> {
                    append(at, by, held, event);
                    held = null;
                    OperatorAction requested = asked(event);
                    if (requested != null) {
                        inbox.answer(requested, new ActionResult(true, status));
                    }
                }
            }
        }
        if (held != null) {
            append(at, by, held, null);
        }
    }

    private void load(WorkflowWrite.Loading loading, MemoryNode by) {
        status = status == WorkflowStatus.COMPENSATING ? status : WorkflowStatus.RUNNING;
        loads = loading.loads();
        loadedSeq = loading.seq();
        due = null;
        runner = by;
    }

    private void unload(WorkflowWrite.Unloading unloading, Instant at) {
        status = status == WorkflowStatus.COMPENSATING ? status : unloading.until();
        due = at.plus(unloading.dueIn());
    }

    private void append(
            Instant at, MemoryNode by, WorkflowWrite.@Nullable Outcome outcome, WorkflowWrite.@Nullable Event event) {
        log.add(new LogRecord(log.size() + 1, at, by.number(), outcome, event));
        if (event instanceof WorkflowWrite.Retried) {
            due = at;
            loads = 0;
        }
        status = switch (event) {
            case null -> status;
            case WorkflowWrite.Intent intent -> intent.compensates() < 0 ? status : WorkflowStatus.COMPENSATING;
            case WorkflowWrite.Cancelled cancelled -> WorkflowStatus.COMPENSATING;
            case WorkflowWrite.Retried retried -> WorkflowStatus.QUEUED;
            case WorkflowWrite.Parked parked -> WorkflowStatus.DEAD_LETTERED;
            case WorkflowWrite.Ended ended -> ended.status();
        };
    }

    private static @Nullable OperatorAction asked(WorkflowWrite.Event event) {
        return switch (event) {
            case WorkflowWrite.Cancelled cancelled -> cancelled.by();
            case WorkflowWrite.Retried retried -> retried.by();
            case WorkflowWrite.Ended ended -> ended.by();
            case WorkflowWrite.Intent intent -> null;
            case WorkflowWrite.Parked parked -> null;
        };
    }

    /** Throws {@link RecordRefusedException}: nothing follows an end, and a decision alone what was parked. */
    void requireTakes(List<WorkflowWrite> entries) {
        boolean decision = isOfEnded(entries.getFirst())
                || !status.isFinal()
                        && (entries.getFirst() instanceof WorkflowWrite.Loading
                                || entries.getFirst() instanceof WorkflowWrite.Event event && asked(event) != null);
        if (isOver() && !decision) {
            String message = "workflow " + id + " is " + status + ", nothing follows that";
            throw new RecordRefusedException(message, new IllegalStateException(message));
        }
    }

    private static boolean isOfEnded(WorkflowWrite write) {
        return switch (write) {
            case WorkflowWrite.Answered answered -> true;
            case WorkflowWrite.Erased erased -> true;
            case WorkflowWrite.Scrubbed scrubbed -> true;
            case WorkflowWrite.Rehomed rehomed -> true;
            default -> false;
        };
    }

    private void scrub(WorkflowWrite.Scrubbed by) {
        acceptance = new WorkflowWrite.Creation(
                acceptance.definition(),
                acceptance.version(),
                acceptance.labels(),
                by.value(),
                acceptance.starts(),
                acceptance.trace(),
                acceptance.submitter());
        log.replaceAll(record -> new LogRecord(
                record.seq(),
                record.at(),
                record.node(),
                scrubbed(record.outcome(), by),
                scrubbed(record.event(), by)));
    }

    private static WorkflowWrite.@Nullable Outcome scrubbed(
            WorkflowWrite.@Nullable Outcome outcome, WorkflowWrite.Scrubbed by) {
        return outcome == null
                ? null
                : new WorkflowWrite.Outcome(
                        outcome.position(),
                        outcome.branch(),
                        outcome.attempt(),
                        outcome.state(),
                        outcome.state() == WorkflowWrite.Outcome.State.SUCCEEDED ? by.value() : by.failure(),
                        outcome.retryIn());
    }

    private static WorkflowWrite.@Nullable Event scrubbed(
            WorkflowWrite.@Nullable Event event, WorkflowWrite.Scrubbed by) {
        return switch (event) {
            case WorkflowWrite.Ended ended
            when ended.status() == WorkflowStatus.FAILED ->
                new WorkflowWrite.Ended(ended.status(), by.failure(), ended.by());
            case WorkflowWrite.Ended ended -> new WorkflowWrite.Ended(ended.status(), by.value(), ended.by());
            case null, default -> event;
        };
    }

    WorkflowKey key() {
        return key;
    }

    String id() {
        return id;
    }

    WorkflowWrite.Creation acceptance() {
        return acceptance;
    }

    Instant createdAt() {
        return createdAt;
    }

    WorkflowStatus status() {
        return status;
    }

    /** The live list. */
    List<LogRecord> log() {
        return log;
    }

    /** Tells whether no record can follow until an operator acts. */
    boolean isOver() {
        return status.isFinal() || status == WorkflowStatus.DEAD_LETTERED;
    }

    /** Whether it was running in a process other than this one. */
    boolean wasCutOff(MemoryNode asking) {
        boolean running = status == WorkflowStatus.RUNNING || status == WorkflowStatus.COMPENSATING;
        return running && due == null && !asking.equals(runner);
    }

    /** Whether it waits for a time that has come by then. */
    boolean isDue(Instant by) {
        return due != null && !isOver() && !due.isAfter(by);
    }

    /** When it is to be taken up; only of one that is due some time. */
    Instant due() {
        return Objects.requireNonNull(due);
    }

    StoredWorkflow stored(Instant readAt) {
        return new StoredWorkflow(
                key,
                id,
                acceptance.definition(),
                acceptance.version(),
                acceptance.input(),
                acceptance.trace(),
                status,
                due,
                loads,
                loadedSeq,
                readAt,
                List.copyOf(log));
    }
}
