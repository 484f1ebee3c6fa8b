package dev.holdfast.engine.dispatch;

import dev.holdfast.StoreUnavailableException;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.ExecutionEnvironment;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads workflows from the store and starts them. Each is claimed before it is read, so that no other thread of this
 * process writes it in between. The {@link WorkflowStarter} decides on each that was read.
 */
public final class WorkflowLoader {
    private static final Logger LOG = LoggerFactory.getLogger(WorkflowLoader.class);
    private static final Duration SUSPECT_TURN = Duration.ofSeconds(10);
    /** A later build of this node, or another node, may be able to read it. */
    private static final Duration UNREADABLE_WAIT = Duration.ofMinutes(1);

    private static final int REPORTED_MAX = 1_000;

    private final Store store;
    private final Dispatcher dispatcher;
    private final Suspects suspects = new Suspects(SUSPECT_TURN);
    private final WorkflowStarter starter;
    private final LongLoader longLoader;
    /** Those of the workflows that could not be read of which the log has a line. */
    private final Set<WorkflowKey> reported = ConcurrentHashMap.newKeySet();

    public WorkflowLoader(
            Store store,
            ExecutionEnvironment environment,
            Definitions definitions,
            Dispatcher dispatcher,
            DueTimes dueTimes) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.starter = new WorkflowStarter(store, environment, definitions, dispatcher, suspects, dueTimes);
        this.longLoader = new LongLoader(store, environment, dispatcher, starter, this::unreadable);
    }

    /** Starts the thread that reads long workflows. */
    public void start() {
        longLoader.start();
    }

    /** Ends that thread, and waits until it has ended. */
    public void close() throws InterruptedException {
        longLoader.close();
    }

    /** The number of workflows that polls skip: those that wait for their turn. */
    int passedOver() {
        return suspects.size() + longLoader.size();
    }

    boolean isPassedOver(WorkflowKey key) {
        return suspects.isWaiting(key) || longLoader.isWaiting(key);
    }

    /** How many due workflows may be started now. */
    LoadingWindow window() {
        return starter.window();
    }

    /** Logs what this loader has found that people must know. */
    void report() {
        starter.missing().report();
    }

    /** Starts those of these workflows that are not claimed, or lets them wait for their code; returns how many. */
    int take(List<WorkflowKey> keys) {
        Map<WorkflowKey, Claim> claims = new LinkedHashMap<>();
        for (WorkflowKey key : keys) {
            if (longLoader.isWaiting(key)) {
                continue;
            }
            Optional<Claim> claim = dispatcher.claim(key, StoredWorkflow.BYTES_MAX);
            claim.ifPresent(made -> claims.put(key, made));
            if (claim.isEmpty() && dispatcher.loaded(key.uid()).isEmpty()) {
                later(key); // there is no room, or the claim may be given back without a start
            }
        }
        try {
            return claims.isEmpty() ? 0 : startAll(claims) + starter.missing().written();
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

    /**
     * Loads a claimed workflow, to run it up to its next step, where it gets the cancel; returns whether it did, or
     * will.
     */
    boolean takeToCancel(OperatorAction cancel, Claim claim) {
        WorkflowKey key = cancel.key();
        boolean started = false;
        if (longLoader.isWaiting(key)) {
            longLoader.add(key, cancel);
        } else if (dispatcher.bytes().tryHold(claim, StoredWorkflow.BYTES_MAX)) {
            long epoch = starter.epoch(key.bucket());
            for (StoredWorkflow stored : store.load(List.of(key))) {
                started = start(stored, claim, epoch, cancel);
            }
        }
        return started || longLoader.isWaiting(key);
    }

    /** Starts a workflow if it may run now; returns whether it was started. */
    private boolean start(StoredWorkflow stored, Claim claim, long epoch, @Nullable OperatorAction cancel) {
        Optional<Candidate> candidate = starter.candidate(stored, claim, epoch, cancel);
        if (candidate.isPresent() && !stored.isWhole()) {
            dispatcher.unclaim(claim); // first, because it is claimed again at once
            longLoader.add(stored.key(), cancel);
            return false;
        }
        boolean fits = dispatcher.bytes().tryHold(claim, stored.bytes()); // always, for it is not more than before
        return fits && candidate.filter(starter::start).isPresent();
    }

    /** Loads this workflow after a poll interval, if its bucket is still owned. */
    void later(WorkflowKey key) {
        starter.later(key);
    }

    /** Ends the turn of the running suspect if it is the one that left; returns whether suspects wait. */
    boolean left(Execution execution) {
        longLoader.wake();
        suspects.end(execution.key());
        return suspects.size() > 0;
    }

    /** Forgets workflows that belong to other nodes now. */
    void lost() {
        reported.clear();
        longLoader.clear();
        suspects.clear();
    }

    private int startAll(Map<WorkflowKey, Claim> claims) {
        Set<WorkflowKey> keys = claims.keySet();
        int taken = 0;
        Map<Integer, Long> epochs = keys.stream()
                .map(WorkflowKey::bucket)
                .distinct()
                .collect(Collectors.toMap(bucket -> bucket, starter::epoch));
        try {
            for (StoredWorkflow stored : store.load(keys)) {
                long epoch = epochs.getOrDefault(stored.key().bucket(), WorkflowStarter.NOT_OWNED);
                Claim claim = Objects.requireNonNull(claims.get(stored.key()));
                taken += !stored.isParked() && start(stored, claim, epoch, null) ? 1 : 0;
            }
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (keys.size() == 1) {
                WorkflowKey key = keys.iterator().next();
                unreadable(key, e);
                return 0;
            }
            // One that cannot be read must not stop the others.
            for (Claim claim : claims.values()) {
                taken += claim.execution().isPresent() ? 0 : startAll(Map.of(claim.key(), claim));
            }
        }
        return taken;
    }

    /** Postpones it, so that polls do not find it again and again, and others behind it are found. */
    private void unreadable(WorkflowKey key, Throwable reason) {
        if (reported.size() < REPORTED_MAX && reported.add(key)) {
            String id = store.idOf(key);
            LOG.atError()
                    .addKeyValue("workflow", id)
                    .setCause(reason)
                    .log("workflow {} cannot be read or started here; it stays as it is, and is tried later", id);
        }
        store.postpone(key, UNREADABLE_WAIT);
    }
}
