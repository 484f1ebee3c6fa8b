package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads workflows from the store and starts them. Each is claimed before it is read, so that no other thread of this
 * process writes it in between. A workflow during which several processes have ended is a suspect: suspects run one at
 * a time, so that the one that kills the process can be distinguished from the others; after too many deaths it is
 * parked without being run.
 */
public final class WorkflowLoader {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowLoader.class);
    private static final int LOADS_SUSPECT = 2;
    private static final int LOADS_POISON = 5;
    private static final Duration SUSPECT_TURN = Duration.ofSeconds(10);
    private static final long NOT_OWNED = -1;

    private final Store store;
    private final ExecutionEnvironment environment;
    private final Definitions definitions;
    private final Dispatcher dispatcher;
    private final DueTimes dueTimes;
    /** Workflows that cannot run here. They may stay due in the store, so polls skip them. */
    private final Set<WorkflowKey> passedOver = ConcurrentHashMap.newKeySet();

    private final Suspects suspects = new Suspects(SUSPECT_TURN);

    public WorkflowLoader(
            Store store,
            ExecutionEnvironment environment,
            Definitions definitions,
            Dispatcher dispatcher,
            DueTimes dueTimes) {
        this.store = store;
        this.environment = environment;
        this.definitions = definitions;
        this.dispatcher = dispatcher;
        this.dueTimes = dueTimes;
    }

    /** The number of workflows that polls skip: those that cannot run here, and the waiting suspects. */
    int passedOver() {
        return passedOver.size() + suspects.size();
    }

    boolean isPassedOver(WorkflowKey key) {
        return passedOver.contains(key) || suspects.isWaiting(key);
    }

    /** Starts those of these workflows that are not claimed; returns how many. */
    int take(List<WorkflowKey> keys) {
        Map<WorkflowKey, Claim> claims = new LinkedHashMap<>();
        for (WorkflowKey key : keys) {
            Optional<Claim> claim = dispatcher.claim(key);
            claim.ifPresent(made -> claims.put(key, made));
            if (claim.isEmpty() && dispatcher.loaded(key.uid()).isEmpty()) {
                later(key); // the claim may be given back without a start
            }
        }
        try {
            return claims.isEmpty() ? 0 : startAll(claims);
        } finally {
            claims.values().forEach(dispatcher::unclaim); // except those that were started
        }
    }

    /** Starts the next suspect if it is its turn. */
    int takeSuspect() {
        Optional<WorkflowKey> next = suspects.next();
        try {
            return next.map(key -> take(List.of(key))).orElse(0);
        } catch (StoreUnavailableException e) {
            next.ifPresent(this::later);
            throw e;
        }
    }

    /** Loads a claimed workflow, to run it up to its next step, where it receives the cancel. */
    void takeToCancel(OperatorAction cancel, Claim claim) {
        long epoch = epoch(cancel.key().bucket());
        for (StoredWorkflow stored : store.load(List.of(cancel.key()))) {
            start(stored, claim, epoch, cancel);
        }
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

    /** The epoch since which a bucket is owned. */
    private long epoch(int bucket) {
        try {
            return environment.ownership().epoch(bucket);
        } catch (OwnershipLostException e) {
            return NOT_OWNED;
        }
    }

    /** Ends the turn of the running suspect if it is the one that left; returns whether suspects wait. */
    boolean left(Execution execution) {
        suspects.end(execution.key());
        return suspects.size() > 0;
    }

    /** Forgets workflows that belong to other nodes now. */
    void lost() {
        passedOver.clear();
        suspects.clear();
    }

    private int startAll(Map<WorkflowKey, Claim> claims) {
        Set<WorkflowKey> keys = claims.keySet();
        int taken = 0;
        Map<Integer, Long> epochs = keys.stream()
                .map(WorkflowKey::bucket)
                .distinct()
                .collect(Collectors.toMap(bucket -> bucket, this::epoch));
        try {
            for (StoredWorkflow stored : store.load(keys)) {
                long epoch = epochs.getOrDefault(stored.key().bucket(), NOT_OWNED);
                Claim claim = Objects.requireNonNull(claims.get(stored.key()));
                taken += !stored.isParked() && start(stored, claim, epoch, null) ? 1 : 0;
            }
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (keys.size() == 1) {
                WorkflowKey unreadable = keys.iterator().next();
                String id = store.idOf(unreadable);
                LOG.atError()
                        .addKeyValue("workflow", id)
                        .setCause(e)
                        .log("workflow {} cannot be read, it stays as it is", id);
                passedOver.add(unreadable);
                return 0;
            }
            // One that cannot be read must not stop the others.
            for (Claim claim : claims.values()) {
                taken += claim.execution().isPresent() ? 0 : startAll(Map.of(claim.key(), claim));
            }
        }
        return taken;
    }

    /**
     * {@code epoch} is that of the bucket when the workflow was read; another owner may have written it before or
     * after.
     */
    private boolean start(StoredWorkflow stored, Claim claim, long epoch, @Nullable OperatorAction cancel) {
        Optional<RegisteredWorkflow<?, ?>> code = definitions.find(stored.definition(), stored.version());
        if (code.isEmpty()) {
            if (passedOver.add(stored.key())) {
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
