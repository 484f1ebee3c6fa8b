package dev.holdfast.testing;

import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of one workflow. Used inside of transactions only. */
final class MemoryWorkflow {
    private final WorkflowKey key;
    private final String id;
    private Entry.Acceptance acceptance;
    private final Instant createdAt;
    private final List<LogRow> log = new ArrayList<>();
    private WorkflowStatus status;
    private @Nullable Instant due;
    private @Nullable Member runner;
    private int loads;
    private int loadedSeq;

    /** {@code runner} takes it up at once; null: it is queued. */
    MemoryWorkflow(
            WorkflowKey key, String id, Entry.Acceptance acceptance, Instant createdAt, @Nullable Member runner) {
        this.key = key;
        this.id = id;
        this.acceptance = acceptance;
        this.createdAt = createdAt;
        this.runner = runner;
        this.status = runner == null ? WorkflowStatus.QUEUED : WorkflowStatus.RUNNING;
        this.due = runner == null ? createdAt : null;
    }

    /** Writes what a mailbox brings, all of it; an outcome shares its record with the event that follows it. */
    void write(Instant at, Member by, List<Entry> entries, MemoryInbox inbox) {
        Entry.Outcome held = null;
        for (Entry entry : entries) {
            switch (entry) {
                case Entry.Acceptance accepted -> {} // that is this object
                case Entry.Loading loading -> load(loading, by);
                case Entry.Answered answered -> inbox.answer(answered.ask(), answered.answer());
                case Entry.Erased erased -> inbox.answer(erased.by(), new Answer(true, status));
                case Entry.Scrubbed scrubbed -> {
                    scrub(scrubbed);
                    inbox.answer(scrubbed.by(), new Answer(true, status));
                }
                case Entry.Rehomed rehomed -> {} // there are no tables here that could go
                case Entry.Unloading unloading -> {
                    if (held != null) {
                        append(at, by, held, null);
                        held = null;
                    }
                    unload(unloading, at);
                }
                case Entry.Outcome outcome -> {
                    if (held != null) {
                        append(at, by, held, null);
                    }
                    held = outcome;
                }
                case Entry.Event event -> {
                    append(at, by, held, event);
                    held = null;
                    Ask asked = asked(event);
                    if (asked != null) {
                        inbox.answer(asked, new Answer(true, status));
                    }
                }
            }
        }
        if (held != null) {
            append(at, by, held, null);
        }
    }

    private void load(Entry.Loading loading, Member by) {
        status = status == WorkflowStatus.COMPENSATING ? status : WorkflowStatus.RUNNING;
        loads = loading.loads();
        loadedSeq = loading.seq();
        due = null;
        runner = by;
    }

    private void unload(Entry.Unloading unloading, Instant at) {
        status = status == WorkflowStatus.COMPENSATING ? status : unloading.until();
        due = at.plus(unloading.dueIn());
    }

    private void append(Instant at, Member by, Entry.@Nullable Outcome outcome, Entry.@Nullable Event event) {
        log.add(new LogRow(log.size() + 1, at, by.number(), outcome, event));
        if (event instanceof Entry.Retried) {
            due = at;
            loads = 0;
        }
        status = switch (event) {
            case null -> status;
            case Entry.Intent intent -> intent.undoes() < 0 ? status : WorkflowStatus.COMPENSATING;
            case Entry.Cancelled cancelled -> WorkflowStatus.COMPENSATING;
            case Entry.Retried retried -> WorkflowStatus.QUEUED;
            case Entry.Parked parked -> WorkflowStatus.DEAD_LETTERED;
            case Entry.Ended ended -> ended.status();
        };
    }

    private static @Nullable Ask asked(Entry.Event event) {
        return switch (event) {
            case Entry.Cancelled cancelled -> cancelled.by();
            case Entry.Retried retried -> retried.by();
            case Entry.Ended ended -> ended.by();
            case Entry.Intent intent -> null;
            case Entry.Parked parked -> null;
        };
    }

    /** Throws {@link RecordRefusedException}: nothing follows an end, and a decision alone what was parked. */
    void requireTakes(List<Entry> entries) {
        boolean decision = isOfEnded(entries.getFirst())
                || !status.isFinal()
                        && (entries.getFirst() instanceof Entry.Loading
                                || entries.getFirst() instanceof Entry.Event event && asked(event) != null);
        if (isOver() && !decision) {
            String message = "workflow " + id + " is " + status + ", nothing follows that";
            throw new RecordRefusedException(message, new IllegalStateException(message));
        }
    }

    private static boolean isOfEnded(Entry entry) {
        return switch (entry) {
            case Entry.Answered answered -> true;
            case Entry.Erased erased -> true;
            case Entry.Scrubbed scrubbed -> true;
            case Entry.Rehomed rehomed -> true;
            default -> false;
        };
    }

    private void scrub(Entry.Scrubbed by) {
        acceptance = new Entry.Acceptance(
                acceptance.definition(),
                acceptance.version(),
                acceptance.labels(),
                by.value(),
                acceptance.starts(),
                acceptance.trace(),
                acceptance.submitter());
        log.replaceAll(row ->
                new LogRow(row.seq(), row.at(), row.node(), scrubbed(row.outcome(), by), scrubbed(row.event(), by)));
    }

    private static Entry.@Nullable Outcome scrubbed(Entry.@Nullable Outcome outcome, Entry.Scrubbed by) {
        return outcome == null
                ? null
                : new Entry.Outcome(
                        outcome.position(),
                        outcome.branch(),
                        outcome.attempt(),
                        outcome.state(),
                        outcome.state() == Entry.Outcome.State.SUCCEEDED ? by.value() : by.failure(),
                        outcome.retryIn());
    }

    private static Entry.@Nullable Event scrubbed(Entry.@Nullable Event event, Entry.Scrubbed by) {
        return switch (event) {
            case Entry.Ended ended
            when ended.status() == WorkflowStatus.FAILED -> new Entry.Ended(ended.status(), by.failure(), ended.by());
            case Entry.Ended ended -> new Entry.Ended(ended.status(), by.value(), ended.by());
            case null, default -> event;
        };
    }

    WorkflowKey key() {
        return key;
    }

    String id() {
        return id;
    }

    Entry.Acceptance acceptance() {
        return acceptance;
    }

    Instant createdAt() {
        return createdAt;
    }

    WorkflowStatus status() {
        return status;
    }

    /** The live list. */
    List<LogRow> log() {
        return log;
    }

    /** Whether no record can follow until somebody decides. */
    boolean isOver() {
        return status.isFinal() || status == WorkflowStatus.DEAD_LETTERED;
    }

    /** Whether it was running in a process other than this one. */
    boolean wasCutOff(Member asking) {
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
