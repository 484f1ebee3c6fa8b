package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.DeadLetterFactory;
import dev.holdfast.engine.execution.Deadline;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.ExecutionStart;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.engine.execution.SubmissionOrigin;
import dev.holdfast.engine.execution.WorkflowIdentity;
import dev.holdfast.engine.history.History;
import dev.holdfast.engine.telemetry.DefinitionMetrics;
import dev.holdfast.spi.DeadLetterId;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides on one workflow that was read from the store: starts it, parks it, or leaves it for later. A workflow during
 * which several processes have ended is a {@linkplain Suspects suspect}; after too many deaths it is parked without
 * being run. Safe for all threads.
 */
final class WorkflowStarter {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowStarter.class);
    /** The {@link #epoch} of a bucket that is not owned. */
    static final long NOT_OWNED = -1;

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Definitions definitions;
    private final Dispatcher dispatcher;
    private final Suspects suspects;
    private final DueTimes dueTimes;
    private final MissingVersions missing;
    private final LoadingWindow window = new LoadingWindow();

    WorkflowStarter(
            Store store,
            ExecutionEnvironment environment,
            Definitions definitions,
            Dispatcher dispatcher,
            Suspects suspects,
            DueTimes dueTimes) {
        this.store = store;
        this.environment = environment;
        this.definitions = definitions;
        this.dispatcher = dispatcher;
        this.suspects = suspects;
        this.dueTimes = dueTimes;
        this.missing = new MissingVersions(dispatcher, environment);
    }

    MissingVersions missing() {
        return missing;
    }

    /** The workflows that are started, and not recorded as loaded yet. */
    LoadingWindow window() {
        return window;
    }

    /**
     * Loads this workflow after a poll interval, if its bucket is still owned. No poll of the store finds a workflow
     * that was running.
     */
    void later(WorkflowKey key) {
        if (epoch(key.bucket()) != NOT_OWNED) {
            dueTimes.add(key, environment.config().pollInterval());
        }
    }

    /** The epoch since which a bucket is owned; {@link #NOT_OWNED} if it is not. */
    long epoch(int bucket) {
        try {
            return environment.ownership().epoch(bucket);
        } catch (OwnershipLostException e) {
            return NOT_OWNED;
        }
    }

    /**
     * Returns the workflow if it may run now. Else arranges that it is found again, or parks it. {@code cancel} is the
     * action for which it was loaded, {@code epoch} that of its bucket when it was read.
     */
    Optional<Candidate> candidate(StoredWorkflow stored, Claim claim, long epoch, @Nullable OperatorAction cancel) {
        if (cancel == null && stored.isPaused()) {
            leavePaused(stored, epoch);
            return Optional.empty();
        }
        Optional<RegisteredWorkflow<?, ?>> code = definitions.find(stored.definition(), stored.version());
        if (code.isEmpty()) {
            awaitVersion(stored, claim, epoch, cancel);
            return Optional.empty();
        }
        if (cancel == null && stored.dueIn().isPositive() && !stored.waitsForVersion()) {
            if (stored.dueIn().compareTo(environment.config().pollInterval()) <= 0) { // else a poll finds it
                dueTimes.add(stored.key(), stored.dueIn());
            }
            return Optional.empty();
        }
        Candidate found = new Candidate(stored, claim, epoch, code.orElseThrow(), loads(stored), cancel);
        if (found.isPoison()) {
            History unused = new History(stored.log(), stored.readAt()); // throws for a log of a newer build
            park(found, DeadLetterFactory.poison(stored, found.loads()));
            return Optional.empty();
        }
        return Optional.of(found);
    }

    /** Starts a workflow that is whole, if it may run now; returns whether it was started. */
    boolean start(Candidate candidate) {
        StoredWorkflow stored = candidate.stored();
        return inTurn(candidate, () -> {
            History history = new History(stored.log(), stored.readAt()); // may throw, so before anything is taken
            Mailbox mailbox = open(candidate);
            if (!dispatcher.tryReserve()) {
                mailbox.close();
                later(stored.key());
                return false;
            }
            boolean started = false;
            try {
                run(candidate, mailbox, stored.input(), history, candidate.loading());
                started = true;
            } finally {
                if (!started) {
                    mailbox.close();
                    dispatcher.unreserve();
                }
            }
            return true;
        });
    }

    /** Lets a suspect start only in its turn; returns whether it was started. */
    boolean inTurn(Candidate candidate, BooleanSupplier starts) {
        WorkflowKey key = candidate.key();
        if (candidate.isSuspect() && !suspects.begin(key)) {
            return false;
        }
        boolean started = false;
        try {
            started = starts.getAsBoolean();
            return started;
        } catch (OwnershipLostException e) {
            foreign(candidate.stored(), e);
            return false;
        } finally {
            if (!started) {
                suspects.end(key);
            }
        }
    }

    private void foreign(StoredWorkflow stored, OwnershipLostException reason) {
        LOG.atDebug()
                .addKeyValue("workflow", stored.id())
                .setCause(reason)
                .log("workflow {} belongs to another node, or soon will", stored.id());
        later(stored.key());
    }

    /** A cancel for code that does not run here stays in the inbox, except for one that is parked. */
    private void awaitVersion(StoredWorkflow stored, Claim claim, long epoch, @Nullable OperatorAction cancel) {
        boolean waits = stored.waitsForVersion();
        if (waits && stored.dueIn().isPositive()) {
            return;
        }
        try {
            if (stored.isParked()) {
                if (cancel != null) {
                    missing.refuse(cancel, claim, open(stored, epoch));
                }
            } else if (waits) {
                missing.park(stored, claim, open(stored, epoch));
            } else {
                Wait.Version version = new Wait.Version(stored.definition(), stored.version());
                missing.await(stored, version, loads(stored), claim, open(stored, epoch));
            }
        } catch (OwnershipLostException e) {
            foreign(stored, e);
        }
    }

    /** Opens its mailbox. Throws {@link OwnershipLostException} if its bucket had another owner since it was read. */
    Mailbox open(Candidate candidate) {
        return open(candidate.stored(), candidate.epoch());
    }

    private Mailbox open(StoredWorkflow stored, long epoch) {
        Mailbox mailbox = store.mailbox(stored.key(), stored.lastSeq());
        if (epoch == NOT_OWNED || epoch(stored.key().bucket()) != epoch) {
            mailbox.close();
            throw new OwnershipLostException("it was read before this node owned its bucket");
        }
        return mailbox;
    }

    /** Runs a workflow on a reserved slot. {@code loading} is still to be recorded; null if it is recorded already. */
    void run(
            Candidate candidate,
            Mailbox mailbox,
            byte[] input,
            History history,
            WorkflowWrite.@Nullable Loading loading) {
        StoredWorkflow stored = candidate.stored();
        Execution execution = new Execution(
                environment,
                mailbox,
                WorkflowIdentity.firstRun(stored.key(), stored.id()),
                candidate.code(),
                input,
                new ExecutionStart(history, loading, SubmissionOrigin.of(stored), deadline(candidate)));
        if (candidate.cancel() != null) {
            execution.loadedToCancel(candidate.cancel(), stored.isParked());
        }
        watch(stored);
        dispatcher.start(execution, candidate.claim());
        window.enter(execution);
    }

    private Deadline deadline(Candidate candidate) {
        StoredWorkflow stored = candidate.stored();
        Duration byDefinition = candidate.code().definition().deadline();
        return stored.deadline() == null && byDefinition != null
                ? Deadline.of(
                        WorkflowIds.acceptedAt(stored.key().uid()).plus(byDefinition), stored, environment.platform())
                : Deadline.of(stored.deadline(), stored, environment.platform());
    }

    private void watch(StoredWorkflow stored) {
        DefinitionMetrics metrics = environment.telemetry().metrics().of(stored.definition());
        if (stored.due() == null) {
            metrics.interrupted();
        } else if (!stored.due().isAfter(stored.readAt())) { // else it is loaded to be cancelled
            metrics.takenUp(Duration.between(stored.due(), stored.readAt()));
        }
    }

    /** Parks a workflow that must not run. Returns when the record is written, so that the claim is kept until then. */
    void park(Candidate candidate, ParkingReason letter) {
        StoredWorkflow stored = candidate.stored();
        try (Mailbox mailbox = open(candidate)) {
            mailbox.record(new HistoryEvent.Parked(letter)).join();
            DeadLetterId id = new DeadLetterId(stored.key(), mailbox.parkedSeq());
            environment.failures().parked(stored.id(), stored.definition(), id, letter);
            environment.telemetry().metrics().of(stored.definition()).parked(letter.cause());
        } catch (OwnershipLostException e) {
            foreign(stored, e);
        } catch (CompletionException e) {
            LOG.atWarn()
                    .addKeyValue("workflow", stored.id())
                    .addArgument(stored.id())
                    .addArgument(e.getMessage())
                    .log("workflow {} could not be parked, it is loaded again later: {}");
            later(stored.key());
        }
    }

    /** A paused workflow was loaded to cancel it, and its process ended before the cancel was recorded. */
    private void leavePaused(StoredWorkflow stored, long epoch) {
        try (Mailbox mailbox = open(stored, epoch)) {
            mailbox.move(WorkflowWrite.Unloading.paused()).join();
        } catch (OwnershipLostException e) {
            foreign(stored, e);
        } catch (CompletionException e) {
            LOG.atDebug()
                    .addKeyValue("workflow", stored.id())
                    .setCause(e)
                    .log("workflow {} is paused, and its open row does not say so yet", stored.id());
            later(stored.key());
        }
    }

    /** The number of processes that ended while it was loaded, since its code last made progress. */
    private static int loads(StoredWorkflow stored) {
        int before = stored.hasProgressed() ? 0 : stored.loads();
        return stored.wasCutOff() ? before + 1 : before;
    }
}
