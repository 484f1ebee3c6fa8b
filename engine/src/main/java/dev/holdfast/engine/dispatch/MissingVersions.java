package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.DeadLetterFactory;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of workflows whose version is not registered here: each is unloaded to wait for it, so that no poll
 * finds it, and parked if it does not come in time. Each claim is kept until the write is known. Safe for all threads.
 */
final class MissingVersions {
    private static final Logger LOG = LoggerFactory.getLogger(MissingVersions.class);
    private static final Duration WAIT_MAX = Duration.ofDays(7);
    private static final Duration BETWEEN_REPORTS = Duration.ofMinutes(1);
    /** Of more versions the reports may be repeated. */
    private static final int VERSIONS_MAX = 1_000;

    private final Dispatcher dispatcher;
    private final ExecutionEnvironment environment;
    /** Workflows that began to wait since the last report of their version. */
    private final Map<Wait.Version, Integer> unreported = new HashMap<>();

    private final Map<Wait.Version, Long> reportedAtNanos = new HashMap<>();
    private int written;

    MissingVersions(Dispatcher dispatcher, ExecutionEnvironment environment) {
        this.dispatcher = dispatcher;
        this.environment = environment;
    }

    /** Unloads a workflow until its version comes; of one that was cut off, records that, too. */
    void await(StoredWorkflow stored, Wait.Version version, int loads, Claim claim, Mailbox mailbox) {
        CompletableFuture<Void> write;
        try (mailbox) {
            if (stored.wasCutOff()) {
                CompletableFuture<Void> unused = mailbox.move(new WorkflowWrite.Loading(loads, stored.lastSeq()));
            }
            write = mailbox.move(WorkflowWrite.Unloading.waiting(version, WAIT_MAX));
        }
        keep(claim, write);
        synchronized (this) {
            unreported.merge(version, 1, Integer::sum);
        }
    }

    /** Parks a workflow whose version has not come. */
    void park(StoredWorkflow stored, Claim claim, Mailbox mailbox) {
        ParkingReason letter = DeadLetterFactory.unknownDefinition(stored, WAIT_MAX);
        try (mailbox) {
            keep(claim, mailbox.record(new HistoryEvent.Parked(letter)).thenRun(() -> {
                DeadLetterId id = new DeadLetterId(stored.key(), mailbox.parkedSeq());
                environment.failures().parked(stored.id(), stored.definition(), id, letter);
                environment.telemetry().metrics().of(stored.definition()).parked(letter.cause());
            }));
        }
    }

    /** Refuses to cancel a parked workflow, because its code cannot run here. */
    void refuse(OperatorAction cancel, Claim claim, Mailbox mailbox) {
        WorkflowWrite.Reply reply = WorkflowWrite.Answered.refused(cancel, WorkflowStatus.DEAD_LETTERED);
        try (mailbox) {
            keep(claim, mailbox.reply(reply).thenRun(() -> environment.replies().accept(reply)));
        }
    }

    private void keep(Claim claim, CompletableFuture<Void> write) {
        claim.keep();
        synchronized (this) {
            written++;
        }
        CompletableFuture<Void> unused = write.whenComplete((nothing, failure) -> {
            if (failure != null) {
                LOG.debug("a write was not committed, the workflow is read again", failure);
            }
            dispatcher.giveBack(claim);
        });
    }

    /** Returns how many writes there were since the last call. */
    synchronized int written() {
        int now = written;
        written = 0;
        return now;
    }

    /** Logs which versions are missing: a line for each, whatever the number of workflows. */
    synchronized void report() {
        long now = System.nanoTime();
        if (reportedAtNanos.size() > VERSIONS_MAX) {
            reportedAtNanos.clear();
        }
        unreported.entrySet().removeIf(entry -> {
            Long last = reportedAtNanos.get(entry.getKey());
            boolean reports = last == null || now - last >= BETWEEN_REPORTS.toNanos();
            if (reports) {
                reportedAtNanos.put(entry.getKey(), now);
                LOG.warn(
                        "definition {} version {} is not registered here, workflows that begin to wait for it: {}",
                        entry.getKey().definition(),
                        entry.getKey().version(),
                        entry.getValue());
            }
            return reports;
        });
    }
}
