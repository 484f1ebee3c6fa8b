package dev.holdfast.memory;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.LogSummary;
import dev.holdfast.spi.ParentCall;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of one workflow. Used inside transactions only. */
final class MemoryWorkflow {
    private static final byte[] NOTHING = {};

    private final WorkflowKey key;
    private final String id;
    private WorkflowWrite.Creation creation;
    private final Instant createdAt;
    private final List<LogRecord> log = new ArrayList<>();
    private WorkflowStatus status;
    private @Nullable Instant due;
    private List<Wait> waitsFor = List.of();
    private @Nullable MemoryNode runner;
    private int loads;
    private int loadedSeq;
    private int untaken;
    private boolean uncancellable;

    /** {@code runner} is the node that runs it at once; null if it is queued. */
    MemoryWorkflow(
            WorkflowKey key,
            String id,
            WorkflowWrite.Creation creation,
            Instant createdAt,
            @Nullable MemoryNode runner) {
        this.key = key;
        this.id = id;
        this.creation = creation;
        this.createdAt = createdAt;
        this.runner = runner;
        this.status = runner == null ? WorkflowStatus.QUEUED : WorkflowStatus.RUNNING;
        if (runner == null) {
            queue(createdAt);
        }
    }

    /** Makes it due, at its start if that is later. */
    private void queue(Instant at) {
        Instant start = creation.startsAt();
        boolean isDelayed = start != null && start.isAfter(at);
        due = isDelayed ? start : at;
        waitsFor = isDelayed ? List.of(new Wait.Timer()) : List.of();
    }

    /** Applies all these writes of a mailbox; an outcome shares its record with the event that follows it. */
    void write(Instant at, MemoryNode by, List<WorkflowWrite> writes, MemoryInbox inbox) {
        WorkflowWrite.Outcome held = null;
        for (WorkflowWrite write : writes) {
            switch (write) {
                case WorkflowWrite.Creation created -> {} // done by the constructor
                case WorkflowWrite.Reply reply -> reply(reply, inbox);
                case WorkflowWrite.Removal removal -> inbox.remove(removal.message());
                case WorkflowWrite.Rehoming rehoming -> {} // this store drops no era
                case WorkflowWrite.Move move -> {
                    if (held != null) {
                        append(at, by, held, null);
                        held = null;
                    }
                    move(move, at, by);
                }
                case WorkflowWrite.Outcome outcome -> {
                    if (held != null) {
                        append(at, by, held, null);
                    }
                    held = outcome;
                }
                case HistoryEvent event -> {
                    append(at, by, held, event);
                    held = null;
                    if (event instanceof HistoryEvent.SignalReceived signal) {
                        inbox.remove(signal.id());
                        wakeFor(Wait.forSignal(signal.name()), at);
                    }
                }
            }
        }
        if (held != null) {
            append(at, by, held, null);
        }
    }

    private void reply(WorkflowWrite.Reply reply, MemoryInbox inbox) {
        if (reply instanceof WorkflowWrite.Scrubbed scrubbed) {
            scrub(scrubbed);
        }
        inbox.answer(reply.action(), reply.result());
    }

    private void move(WorkflowWrite.Move move, Instant at, MemoryNode by) {
        switch (move) {
            case WorkflowWrite.Loading loading -> load(loading, by);
            case WorkflowWrite.Unloading unloading -> unload(unloading, at);
        }
    }

    private void load(WorkflowWrite.Loading loading, MemoryNode by) {
        status = status == WorkflowStatus.COMPENSATING ? status : WorkflowStatus.RUNNING;
        loads = loading.loads();
        loadedSeq = loading.seq();
        due = null;
        waitsFor = List.of();
        uncancellable = false;
        runner = by;
    }

    private void unload(WorkflowWrite.Unloading unloading, Instant at) {
        status = status == WorkflowStatus.COMPENSATING ? status : unloading.until();
        if (status != WorkflowStatus.DEAD_LETTERED) { // which is never due
            Duration dueIn = unloading.dueIn();
            due = dueIn == null ? Instant.MAX : at.plus(dueIn);
        }
        waitsFor = unloading.waitsFor();
        untaken = unloading.untaken();
        uncancellable = !unloading.isCancellable();
    }

    private void append(
            Instant at, MemoryNode by, WorkflowWrite.@Nullable Outcome outcome, @Nullable HistoryEvent event) {
        log.add(new LogRecord(log.size() + 1, at, by.number(), outcome, event));
        WorkflowStatus after = event == null ? null : event.statusAfter();
        if (after == WorkflowStatus.QUEUED) {
            queue(at);
            loads = 0;
        } else if (after == WorkflowStatus.PAUSED) {
            due = Instant.MAX;
            waitsFor = List.of();
        }
        status = after == null ? status : after;
    }

    /**
     * Throws {@link RecordRefusedException} for a write that may not follow. After an end, only replies and rehomings
     * may; after a parking also loadings, outcomes, and events that an operator action led to.
     */
    void requireTakes(List<WorkflowWrite> writes) {
        if (isOver() && !follows(writes.getFirst())) {
            String message = "workflow " + id + " is " + status + ", nothing follows that";
            throw new RecordRefusedException(message, new IllegalStateException(message));
        }
    }

    private boolean follows(WorkflowWrite write) {
        return switch (write) {
            case WorkflowWrite.Reply reply -> true;
            case WorkflowWrite.Removal removal -> true;
            case WorkflowWrite.Rehoming rehoming -> true;
            case WorkflowWrite.Loading loading -> !status.isFinal();
            case HistoryEvent event -> event.isOnlyReceived() || !status.isFinal() && event.by() != null;
            case WorkflowWrite.Creation created -> false;
            case WorkflowWrite.Unloading unloading -> false;
            case WorkflowWrite.Outcome outcome -> !status.isFinal(); // of a body that ran while another branch parked
        };
    }

    private void scrub(WorkflowWrite.Scrubbed by) {
        creation = new WorkflowWrite.Creation(
                creation.definition(),
                creation.version(),
                creation.labels(),
                by.value(),
                creation.starts(),
                creation.trace(),
                creation.submitter(),
                creation.deadline(),
                creation.parent(),
                creation.startsAt());
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
                        outcome.attempt(),
                        outcome.state(),
                        outcome.state() == WorkflowWrite.Outcome.State.SUCCEEDED ? by.value() : by.failure(),
                        outcome.retryIn());
    }

    private static @Nullable HistoryEvent scrubbed(@Nullable HistoryEvent event, WorkflowWrite.Scrubbed by) {
        return switch (event) {
            case HistoryEvent.Ended ended
            when ended.status() == WorkflowStatus.FAILED ->
                new HistoryEvent.Ended(ended.status(), by.failure(), ended.by());
            case HistoryEvent.Ended ended -> new HistoryEvent.Ended(ended.status(), by.value(), ended.by());
            case HistoryEvent.SignalReceived signal ->
                new HistoryEvent.SignalReceived(signal.id(), signal.name(), by.value(), signal.sentAt());
            case HistoryEvent.Published published ->
                new HistoryEvent.Published(published.position(), published.name(), by.value());
            case null, default -> event;
        };
    }

    WorkflowKey key() {
        return key;
    }

    String id() {
        return id;
    }

    WorkflowWrite.Creation creation() {
        return creation;
    }

    Instant createdAt() {
        return createdAt;
    }

    WorkflowStatus status() {
        return status;
    }

    /** The list itself, not a copy. */
    List<LogRecord> log() {
        return log;
    }

    /** Whether it has ended or is parked. */
    boolean isOver() {
        return status.isFinal() || status == WorkflowStatus.DEAD_LETTERED;
    }

    /** Whether another node, or an earlier incarnation of this one, was running it. */
    boolean wasCutOff(MemoryNode asking) {
        boolean running = status == WorkflowStatus.RUNNING || status == WorkflowStatus.COMPENSATING;
        return running && due == null && !asking.equals(runner);
    }

    /**
     * Whether it is loaded, or could be: it has not ended, is not parked, and waits for no later time and no message.
     */
    boolean isRunnable(Instant now) {
        return !isOver() && (due == null || !due.isAfter(now));
    }

    /** The time at which it continues by itself; empty if it has ended, is parked, is loaded or waits for a message. */
    Optional<Instant> wakesAt() {
        return isOver() || due == null || due.equals(Instant.MAX) ? Optional.empty() : Optional.of(due);
    }

    /** Whether it waits until it is due, and is due by this time. */
    boolean isDue(Instant by) {
        return due != null && !isOver() && !due.isAfter(by);
    }

    /** The time at which it is due. Called only if it has one. */
    Instant due() {
        return Objects.requireNonNull(due);
    }

    /** The reasons for which it waits, if it is unloaded to wait. */
    List<WorkflowSummary.Waiting> waits() {
        return isOver()
                ? List.of()
                : Wait.shown(
                        waitsFor.stream().map(Wait::text).toList(),
                        Optional.ofNullable(due).filter(time -> !time.equals(Instant.MAX)));
    }

    /** The workflow that waits for this one as its child. */
    Optional<WorkflowKey> parent() {
        return Optional.ofNullable(creation.parent()).filter(ParentCall::waits).map(ParentCall::key);
    }

    /** Whether it waits for one of these. */
    boolean waitsFor(Collection<? extends Wait> waits) {
        return !isOver() && !waitsFor.isEmpty() && waits.contains(waitsFor.getFirst());
    }

    /** Makes it due if it is unloaded and waits for this. */
    private void wakeFor(Wait wait, Instant at) {
        if (!isOver() && due != null && (waitsFor.contains(wait) || waitsFor.contains(Wait.Signal.ANY))) {
            due = at;
        }
    }

    /** The end, if it is recorded after this seq. */
    Optional<HistoryEvent.Ended> end(int afterSeq) {
        return log.stream()
                .skip(afterSeq)
                .map(LogRecord::event)
                .filter(HistoryEvent.Ended.class::isInstance)
                .map(HistoryEvent.Ended.class::cast)
                .findFirst();
    }

    /** The children whose ends have not arrived. */
    List<HistoryEvent.ChildStarted> waitedFor() {
        return log.stream()
                .map(LogRecord::event)
                .filter(HistoryEvent.ChildStarted.class::isInstance)
                .map(HistoryEvent.ChildStarted.class::cast)
                .filter(child -> child.waits() && !hasReceived(child.child().uid()))
                .toList();
    }

    /** Whether a signal with this id is in the log. */
    boolean hasReceived(UUID signal) {
        return log.stream()
                .anyMatch(record -> record.event() instanceof HistoryEvent.SignalReceived received
                        && received.id().equals(signal));
    }

    /** The signals that its code had not taken when it was unloaded last. */
    int untaken() {
        return untaken;
    }

    /** Makes it due later than it is. */
    void postpone(Instant until) {
        due = until;
    }

    /** Makes it due. */
    void wake(Instant at) {
        status = status == WorkflowStatus.WAITING ? WorkflowStatus.QUEUED : status;
        due = at;
        waitsFor = List.of();
    }

    /** Whether something of it ran, and it waits for its version, so that no cancel reaches its code. */
    boolean awaitsCode() {
        return !log.isEmpty() && !waitsFor.isEmpty() && waitsFor.getFirst() instanceof Wait.Version;
    }

    /** Whether it waits, and no cancel reaches it before it is due. */
    boolean waitsUncancellably(Instant now) {
        return uncancellable && !isRunnable(now);
    }

    /** The end of its log; empty while it has no record. */
    Optional<WorkflowHead> head() {
        return log.isEmpty()
                ? Optional.empty()
                : Optional.of(new WorkflowHead(
                        log.size(),
                        LogRecord.lastEvent(log).map(LogRecord::withoutOutcome).orElse(null)));
    }

    /** The size of its input and its log. */
    long bytes() {
        return creation.input().length + logBytes();
    }

    private long logBytes() {
        return log.stream().mapToLong(LogRecord::bytes).sum();
    }

    StoredWorkflow stored(Instant readAt) {
        boolean whole =
                creation.input().length <= StoredWorkflow.INPUT_BYTES_MAX && logBytes() <= StoredWorkflow.LOG_BYTES_MAX;
        return new StoredWorkflow(
                key,
                id,
                creation.definition(),
                creation.version(),
                whole ? creation.input() : NOTHING,
                creation.trace(),
                creation.deadline(),
                status,
                due,
                waitsFor.isEmpty() ? null : waitsFor.getFirst().text(),
                loads,
                loadedSeq,
                readAt,
                whole ? List.copyOf(log) : List.of(),
                whole ? null : LogSummary.of(log, loadedSeq));
    }

    /** The records after this seq, as many as have this size, but at least one if there is one. */
    List<LogRecord> page(int afterSeq, int limit, long bytesMax) {
        List<LogRecord> page = new ArrayList<>();
        long bytes = 0;
        for (LogRecord record : log.subList(Math.min(afterSeq, log.size()), log.size())) {
            bytes += record.bytes();
            if (page.size() == limit || (bytes > bytesMax && !page.isEmpty())) {
                return page;
            }
            page.add(record);
        }
        return page;
    }
}
