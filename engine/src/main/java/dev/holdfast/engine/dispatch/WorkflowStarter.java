package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.DeadLetterFactory;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.engine.execution.ExecutionStart;
import dev.holdfast.engine.execution.RegisteredWorkflow;
import dev.holdfast.engine.execution.SubmissionOrigin;
import dev.holdfast.engine.execution.WorkflowIdentity;
import dev.holdfast.engine.history.History;
import dev.holdfast.engine.telemetry.DefinitionMetrics;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
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
    private static final int LOADS_SUSPECT = 2;
    private static final int LOADS_POISON = 5;

    /** The {@link #epoch} of a bucket that is not owned. */
    static final long NOT_OWNED = -1;

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Definitions definitions;
    private final Dispatcher dispatcher;
    private final Suspects suspects;
    private final DueTimes dueTimes;
    /** Workflows whose definition is not registered here. They stay due in the store, so polls skip them. */
    private final Set<WorkflowKey> unregistered = ConcurrentHashMap.newKeySet();

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
    }

    /** The number of workflows whose definition is not registered here. */
    int unregistered() {
        return unregistered.size();
    }

    boolean isUnregistered(WorkflowKey key) {
        return unregistered.contains(key);
    }

    /** Forgets workflows that belong to other nodes now. */
    void lost() {
        unregistered.clear();
    }

    /**
     * Loads this workflow after a poll interval, if its bucket is still owned. No poll of the store finds a workflow
     * that was running.
     */
    void later(WorkflowKey key) {
        if (epoch(key.bucket()) != NOT_OWNED) {
            long interval = environment.config().pollInterval().toNanos();
            dueTimes.add(key, System.nanoTime() + interval);
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
     * Starts a claimed workflow if it may run now; returns whether it was started. {@code cancel} is the action for
     * which it was loaded. {@code epoch} is that of the bucket when the workflow was read; another owner may have
     * written it before or after.
     */
    boolean start(StoredWorkflow stored, Claim claim, long epoch, @Nullable OperatorAction cancel) {
        Optional<RegisteredWorkflow<?, ?>> code = definitions.find(stored.definition(), stored.version());
        if (code.isEmpty()) {
            if (unregistered.add(stored.key())) {
                LOG.atWarn()
                        .addKeyValue("workflow", stored.id())
                        .addArgument(stored.id())
                        .addArgument(stored.definition())
                        .addArgument(stored.version())
                        .log("workflow {} waits: definition {} version {} is not registered here");
            }
            return false;
        }
        if (cancel == null && stored.dueIn().isPositive()) {
            dueTimes.add(stored.key(), System.nanoTime() + stored.dueIn().toNanos());
            return false;
        }
        int loads = loads(stored);
        boolean poison = loads >= LOADS_POISON;
        if (!poison && loads >= LOADS_SUSPECT && !suspects.begin(stored.key())) {
            return false;
        }
        boolean started = false;
        try {
            History history = new History(stored.log(), stored.readAt()); // may throw, so before anything is taken
            Mailbox mailbox = store.mailbox(stored.key(), stored.lastSeq());
            if (epoch == NOT_OWNED || epoch(stored.key().bucket()) != epoch) {
                mailbox.close();
                throw new OwnershipLostException("it was read before this node owned its bucket");
            }
            started = poison
                    ? park(stored, mailbox, loads)
                    : run(stored, claim, mailbox, code.orElseThrow(), history, loads, cancel);
            return started;
        } catch (OwnershipLostException e) {
            LOG.atDebug()
                    .addKeyValue("workflow", stored.id())
                    .setCause(e)
                    .log("workflow {} belongs to another node, or soon will", stored.id());
            return putOff(stored);
        } finally {
            if (!started) {
                suspects.end(stored.key());
            }
        }
    }

    private boolean putOff(StoredWorkflow stored) {
        later(stored.key());
        return false;
    }

    private boolean run(
            StoredWorkflow stored,
            Claim claim,
            Mailbox mailbox,
            RegisteredWorkflow<?, ?> code,
            History history,
            int loads,
            @Nullable OperatorAction cancel) {
        if (!dispatcher.tryReserve()) {
            mailbox.close();
            return putOff(stored);
        }
        Execution execution = new Execution(
                environment,
                mailbox,
                WorkflowIdentity.firstRun(stored.key(), stored.id()),
                code,
                stored.input(),
                new ExecutionStart(
                        history, new WorkflowWrite.Loading(loads, stored.lastSeq()), SubmissionOrigin.of(stored)));
        if (cancel != null) {
            execution.loadedToCancel(cancel);
        }
        watch(stored);
        dispatcher.start(execution, claim);
        return true;
    }

    private void watch(StoredWorkflow stored) {
        DefinitionMetrics metrics = environment.telemetry().metrics().of(stored.definition());
        if (stored.due() == null) {
            metrics.interrupted();
        } else {
            metrics.takenUp(Duration.between(stored.due(), stored.readAt()));
        }
    }

    /** Keeps the claim until the record is written. */
    private boolean park(StoredWorkflow stored, Mailbox mailbox, int loads) {
        ParkingReason letter = DeadLetterFactory.poison(stored, loads);
        LOG.atWarn()
                .addKeyValue("workflow", stored.id())
                .addArgument(stored.id())
                .addArgument(letter.cause())
                .addArgument(letter.failure().message())
                .log("workflow {} is parked as {}: {}");
        try (mailbox) {
            mailbox.record(new HistoryEvent.Parked(letter)).join();
            environment.telemetry().metrics().of(stored.definition()).parked(letter.cause());
        } catch (CompletionException e) {
            LOG.atWarn()
                    .addKeyValue("workflow", stored.id())
                    .setCause(e)
                    .log("workflow {} could not be parked, it is loaded again later", stored.id());
            later(stored.key());
        }
        return false;
    }

    /** The number of processes that ended while it was loaded, since its code last made progress. */
    private static int loads(StoredWorkflow stored) {
        int before = History.progressed(stored.log(), stored.loadedSeq()) ? 0 : stored.loads();
        return stored.wasCutOff() ? before + 1 : before;
    }
}
